import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Compute, task } from '#compute';
import { until, writeWav } from '#testing';
import type { AnalysisInput, AnalysisOutput } from './analysis.worker.ts';
import { isInUse } from './testing/processes.ts';

const analyze = task<AnalysisInput, AnalysisOutput>('./analysis.worker', import.meta.url);
const ffmpegPath = process.env.FFMPEG_PATH ?? 'ffmpeg';
let directory: string;
let compute: Compute;
const at = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'threads-'));
  compute = new Compute({ threads: 2 });
});
afterAll(async () => {
  await compute.close({ drainMs: 0 });
  rmSync(directory, { recursive: true });
});

describe('the analysis worker', () => {
  it('analyses several files concurrently and reports the CPU time of each', async () => {
    writeWav(at('a.wav'), [new Float32Array(80_000).fill(0.1)], 8_000);
    writeWav(at('b.wav'), [new Float32Array(40_000).fill(0.1)], 8_000);
    const percent = new Int32Array(new SharedArrayBuffer(4));
    const both = await Promise.all([
      compute.run(analyze, { path: at('a.wav'), profile: 'full', ffmpegPath, progress: percent }),
      compute.run(analyze, { path: at('b.wav'), profile: 'tempo', ffmpegPath }),
    ]);
    expect(both.map(({ durationSeconds }) => durationSeconds)).toEqual([10, 5]);
    for (const { cpuSeconds } of both) expect(cpuSeconds).toBeGreaterThan(0);
    expect(Atomics.load(percent, 0)).toBe(100);
  });

  it('propagates a failure with its code', async () => {
    writeFileSync(at('text.mp3'), 'not music');
    const analysis = compute.run(analyze, { path: at('text.mp3'), profile: 'full', ffmpegPath });
    await expect(analysis).rejects.toMatchObject({ code: 'media-undecodable' });
  });

  it('kills its decoder when it is cancelled', async () => {
    writeWav(at('long.wav'), [new Float32Array(8_000 * 1_200)], 8_000);
    const controller = new AbortController();
    const percent = new Int32Array(new SharedArrayBuffer(4));
    const input: AnalysisInput = { path: at('long.wav'), profile: 'full', ffmpegPath, expectedSeconds: 1_200, progress: percent };
    const analysis = compute.run(analyze, input, { signal: controller.signal });
    analysis.catch(() => undefined);
    expect(await until(() => Atomics.load(percent, 0) > 0, 30_000)).toBe(true);
    controller.abort();
    await expect(analysis).rejects.toMatchObject({ code: 'cancelled' });
    expect(await until(() => !isInUse(at('long.wav')), 10_000)).toBe(true);
  });
});
