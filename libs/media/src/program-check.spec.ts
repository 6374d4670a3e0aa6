import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mediaTools } from '#testing';
import { ffmpegTools } from './ffmpeg.ts';
import { ProgramCheck } from './program-check.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').length : 0);

/** Installs a script that answers like ffmpeg; each start appends one byte to `calls`. */
function install(name: string, ...lines: string[]): void {
  const script = ['#!/bin/sh', `printf . >> '${join(folder, 'calls')}'`, ...(lines.length > 0 ? lines : [`echo "${name} version 7.1"`])];
  writeFileSync(join(folder, name), `${script.join('\n')}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A clock that the test advances. */
const manualClock = () => {
  let now = 0;
  const advance = (byMs: number) => {
    now += byMs;
  };
  return { nowMs: () => now, after: () => () => undefined, advance };
};

const here = () => ffmpegTools(join(folder, 'ffmpeg'));
const unavailable = (program: string) => ({ code: 'service-unavailable', message: expect.stringContaining(`${program} is not usable`) });

describe('ProgramCheck', () => {
  it('accepts the programs of this machine', async () => {
    await expect(new ProgramCheck(mediaTools).require()).resolves.toBeUndefined();
  });

  it.each([
    ['ffmpeg is missing', () => install('ffprobe'), 'ffmpeg'],
    ['ffprobe is missing', () => install('ffmpeg'), 'ffprobe'],
    ['ffmpeg cannot run', () => [install('ffmpeg', 'exit 127'), install('ffprobe')], 'ffmpeg'],
    ['ffprobe is another program', () => [install('ffmpeg'), install('ffprobe', 'echo hello')], 'ffprobe'],
  ])('reports that %s', async (_, prepare, program) => {
    prepare();
    await expect(new ProgramCheck(here()).require()).rejects.toMatchObject(unavailable(program));
    await expect(new ProgramCheck(here()).lastKnown()).rejects.toMatchObject(unavailable(program));
  });

  it('fails when a program does not answer in time', async () => {
    install('ffmpeg', 'exec sleep 60');
    install('ffprobe');
    await expect(new ProgramCheck(here(), { timeoutMs: 100 }).require()).rejects.toMatchObject(unavailable('ffmpeg'));
  });

  it('starts the programs once for many callers', async () => {
    install('ffmpeg');
    install('ffprobe');
    const check = new ProgramCheck(here(), { clock: manualClock() });
    await Promise.all([check.require(), check.lastKnown(), check.require()]);
    await check.lastKnown();
    expect(calls()).toBe(2);
  });

  it('caches a negative result for 2 s and a positive one for 60 s', async () => {
    const clock = manualClock();
    const check = new ProgramCheck(here(), { clock, keepBadMs: 2_000, keepGoodMs: 60_000 });
    await expect(check.require()).rejects.toMatchObject(unavailable('ffmpeg'));
    install('ffmpeg');
    install('ffprobe');
    await expect(check.require()).rejects.toMatchObject(unavailable('ffmpeg'));
    clock.advance(2_000);
    await expect(check.require()).resolves.toBeUndefined();
    rmSync(join(folder, 'ffprobe'));
    clock.advance(59_999);
    await expect(check.require()).resolves.toBeUndefined();
    clock.advance(1);
    await expect(check.require()).rejects.toMatchObject(unavailable('ffprobe'));
  });

  it('checks again at once after invalidate()', async () => {
    install('ffmpeg');
    install('ffprobe');
    const check = new ProgramCheck(here(), { clock: manualClock() });
    await check.require();
    rmSync(join(folder, 'ffmpeg'));
    check.invalidate();
    await expect(check.require()).rejects.toMatchObject(unavailable('ffmpeg'));
  });

  it('gives a probe the cached result while it renews it', async () => {
    const clock = manualClock();
    install('ffmpeg');
    install('ffprobe');
    const check = new ProgramCheck(here(), { clock });
    await check.require();
    clock.advance(60_000);
    rmSync(join(folder, 'ffmpeg'));
    await expect(check.lastKnown()).resolves.toBeUndefined();
    await expect(check.require()).rejects.toMatchObject(unavailable('ffmpeg'));
  });
});
