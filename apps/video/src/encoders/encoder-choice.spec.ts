import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testFfmpeg } from '#testing';
import { EncoderChoice } from './encoder-choice.service.ts';
import { describeTried, ranked } from './encoder-ranking.ts';
import { readProofs, writeProofs } from './proof-file.ts';
import { proveEncoder } from './prove-encoder.ts';
import { type VideoEncoder, videoEncoders, x264 } from './video-encoders.ts';

const nvenc = videoEncoders.find(({ name }) => name === 'h264_nvenc')!;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rafaga-encoders-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An ffmpeg whose encoders write one byte a frame; `nvenc` is what it does when it is asked for h264_nvenc. Calls are counted. */
function standInFfmpeg(nvenc: string) {
  const path = join(folder, 'ffmpeg');
  const calls = join(folder, 'calls');
  const list = `Encoders:\\n ------\\n V....D libx264 x\\n V....D h264_nvenc x\\n V....D h264_vaapi x\\n`;
  writeFileSync(calls, '');
  writeFileSync(
    path,
    `#!/bin/sh
case "$*" in
  *-encoders*) printf '${list}' ;;
  -version) echo 'ffmpeg version stand-in' ;;
  *) echo call >> '${calls}'
     case "$*" in *h264_nvenc*) ${nvenc} ;; *) echo frames ;; esac ;;
esac
`,
    { mode: 0o755 },
  );
  return { path, calls: () => readFileSync(calls, 'utf8').split('\n').length - 1 };
}

const quiet = { info: () => undefined, warn: () => undefined };
const lifecycle = { stopping: new AbortController().signal };
const choose = (path: string, file?: string, hasDevice = (device: string): boolean => device === '/dev/nvidia0') =>
  new EncoderChoice({ FFMPEG_PATH: path, VIDEO_ENCODERS_FILE: file }, hasDevice, lifecycle, quiet);
const shown = async (choice: EncoderChoice) => (await choice.find()).find(({ name }) => name === 'H.264 encoders')!;

describe('an encoder', () => {
  it('is proven by an encode of real frames', async () => {
    expect(await proveEncoder(testFfmpeg(), x264)).toEqual({ works: true, framesPerSecond: expect.any(Number) });
  });
  it('that is listed and has no device fails at open, with the reason of ffmpeg', async () => {
    const proof = await proveEncoder(testFfmpeg(), nvenc);
    expect(proof).toEqual({ works: false, reason: expect.stringMatching(/\S/) });
  });
  it.each([
    ['fails at open', 'echo "Cannot load libcuda.so.1" >&2; exit 1', 'Cannot load libcuda.so.1'],
    ['dies in the middle', `case "$*" in *'-frames:v 60'*) echo some; kill -9 $$;; *) echo one;; esac`, 'ffmpeg ended with SIGKILL'],
    ['writes nothing', 'true', 'it wrote nothing'],
  ])('that %s does not count as working', async (_what, nvencDoes, reason) => {
    expect(await proveEncoder(standInFfmpeg(nvencDoes).path, nvenc)).toEqual({ works: false, reason });
  });
});

describe('the ranking', () => {
  const at = (encoder: VideoEncoder, framesPerSecond: number) => ({ encoder, proof: { works: true, framesPerSecond } as const });
  it('prefers what is faster, also where that is software', () => {
    expect(ranked([at(nvenc, 90), at(x264, 120)], 'h264')[0]!.encoder).toBe(x264);
    expect(ranked([at(nvenc, 900), at(x264, 120)], 'h264')[0]!.encoder).toBe(nvenc);
  });
  it('is told with what does not work, and why', () => {
    const broken = { encoder: nvenc, proof: { works: false, reason: 'no /dev/nvidia0' } as const };
    expect(describeTried([broken, at(x264, 120)], 'h264')).toBe('libx264 120 frames/s; not h264_nvenc: no /dev/nvidia0');
    expect(describeTried([broken], 'h264')).toBe('none; not h264_nvenc: no /dev/nvidia0');
  });
});

describe('the choice of an encoder', () => {
  it('is made once, by those that are listed and have their device', async () => {
    const ffmpeg = standInFfmpeg('exit 1');
    const choice = choose(ffmpeg.path);
    expect((await shown(choice)).detail).toBe('tried before the first rendition');
    expect((await Promise.all([choice.best(), choice.best()])).map(({ name }) => name)).toEqual(['libx264', 'libx264']);
    expect(ffmpeg.calls()).toBe(1 + 2); // nvenc fails at once; h264_vaapi has no device
    const capability = await shown(choice);
    expect({ ...capability }).toMatchObject({
      isPresent: true,
      choice: 'libx264',
      detail: expect.stringContaining('h264_vaapi: no /dev/dri/renderD128'),
    });
    expect(JSON.parse(JSON.stringify(capability)).choice).toBe('libx264');
  });

  it('is remembered by version of ffmpeg', async () => {
    const [ffmpeg, file] = [standInFfmpeg('exit 1'), join(folder, 'data/encoders.json')];
    await choose(ffmpeg.path, file).best();
    const again = choose(ffmpeg.path, file);
    expect((await shown(again)).detail).toMatch(/^libx264 \d+ frames\/s/);
    await again.best();
    expect(ffmpeg.calls()).toBe(3);
    writeFileSync(file, readFileSync(file, 'utf8').replace('stand-in', 'another'));
    await choose(ffmpeg.path, file).best();
    expect(ffmpeg.calls()).toBe(6);
    writeFileSync(file, '{ damaged');
    await choose(ffmpeg.path, file).best();
    expect(ffmpeg.calls()).toBe(9);
  });

  it('leaves out an encoder that has failed in a job, in later processes too', async () => {
    const [ffmpeg, file] = [standInFfmpeg('echo frames'), join(folder, 'encoders.json')];
    const proofs = new Map([
      ['h264_nvenc /dev/nvidia0', { proof: { works: true, framesPerSecond: 900 } as const, provenAtMs: Date.now() }],
      ['libx264', { proof: { works: true, framesPerSecond: 100 } as const, provenAtMs: Date.now() }],
    ]);
    await writeProofs(file, 'ffmpeg version stand-in', proofs);
    const choice = choose(ffmpeg.path, file);
    expect((await choice.best()).name).toBe('h264_nvenc');
    await choice.demote(nvenc, 'out of sessions');
    expect((await choice.best()).name).toBe('libx264');
    expect((await choose(ffmpeg.path, file).best()).name).toBe('libx264');
    expect((await shown(choice)).detail).toContain('h264_nvenc: failed in a job: out of sessions');
  });

  it('tries again after a day what did not work', async () => {
    const file = join(folder, 'encoders.json');
    const failed = new Map([['libx264', { proof: { works: false, reason: 'it broke' } as const, provenAtMs: 0 }]]);
    await writeProofs(file, 'v', failed);
    expect(await readProofs(file, 'v', 86_399_999)).toEqual(failed);
    expect(await readProofs(file, 'v', 86_400_000)).toEqual(new Map());
  });

  it('is x264 where nothing works, so that the job fails with the words of ffmpeg', async () => {
    expect((await choose(standInFfmpeg('exit 1').path, undefined, () => false).best()).name).toBe('libx264');
    await expect(choose(join(folder, 'missing')).best()).rejects.toThrow();
  });
});
