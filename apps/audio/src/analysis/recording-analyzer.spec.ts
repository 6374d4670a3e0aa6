import { describe, expect, it } from '@jest/globals';
import type { Compute } from '#compute';
import { Failure } from '#contracts';
import type { BlobStore } from '#storage';
import { mediaTools, until } from '#testing';
import type { MediaInfo } from '../media/media-info.ts';
import type { MediaPrograms } from '../media/media-programs.service.ts';
import type { AnalysisConfig } from './analysis.config.ts';
import type { AnalysisInput } from './pipeline/analysis.worker.ts';
import { RecordingAnalyzer } from './recording-analyzer.service.ts';

const media = { container: 'mp4', durationSeconds: 3 } as MediaInfo;
const options = { signal: new AbortController().signal, onPercent: () => undefined };
const unavailable = () => Promise.reject(new Failure('service-unavailable', 'ffmpeg is not usable.'));
const usable = () => Promise.resolve();

function analyzer(work: (input: AnalysisInput) => Promise<unknown>, require: () => Promise<void>, requireAnew = require) {
  const compute = { run: (_: unknown, input: AnalysisInput) => work(input) } as unknown as Compute;
  const blobs = { withLocalFile: (sha256: string, use: (path: string) => unknown) => use(`/blobs/${sha256}`) } as unknown as BlobStore;
  const config = { AUDIO_ANALYSIS_TIMEOUT_MS: 1_000, AUDIO_MAX_DURATION_SECONDS: 60 } as AnalysisConfig;
  return new RecordingAnalyzer(compute, blobs, config, { tools: mediaTools, require, requireAnew } as unknown as MediaPrograms);
}

const failing = (code: 'internal' | 'media-undecodable' | 'media-too-long') => () => Promise.reject(new Failure(code, 'It failed.'));

describe('RecordingAnalyzer', () => {
  it('opens the file with the demuxer of its container and no other', async () => {
    const inputs: AnalysisInput[] = [];
    const work = (input: AnalysisInput) => failing('media-too-long')().finally(() => inputs.push(input));
    await expect(analyzer(work, usable).analyze('abc', media, options)).rejects.toMatchObject({ code: 'media-too-long' });
    expect(inputs).toMatchObject([{ path: '/blobs/abc', demuxers: ['mov'], expectedSeconds: 3 }]);
  });

  it('tells how far the decoder is, and keeps a rest for the fingerprint', async () => {
    const seen: number[] = [];
    const work = async ({ progress }: AnalysisInput) => {
      for (const percent of [10, 35, 60, 85, 100]) {
        Atomics.store(progress!, 0, percent);
        if (!(await until(() => seen.at(-1) === 0.95 * percent, 20_000))) throw new Error(`${percent} was not told`);
      }
      throw new Failure('media-too-long', 'It failed.');
    };
    const onPercent = (percent: number) => void seen.push(percent);
    await expect(analyzer(work, usable).analyze('abc', media, { ...options, onPercent })).rejects.toMatchObject({ code: 'media-too-long' });
    expect([...new Set(seen)]).toEqual([9.5, 33.25, 57, 80.75, 95]);
  });

  it('does not start while ffmpeg cannot run', async () => {
    let started = false;
    const work = async () => (started = true);
    expect([await analyzer(work, unavailable).analyze('abc', media, options), started]).toEqual([undefined, false]);
  });

  it.each(['internal', 'media-undecodable'] as const)('does not blame the file for %s when ffmpeg was removed meanwhile', async (code) => {
    expect(await analyzer(failing(code), usable, unavailable).analyze('abc', media, options)).toBeUndefined();
  });

  it('reports a file that ffmpeg cannot decode', async () => {
    await expect(analyzer(failing('media-undecodable'), usable).analyze('abc', media, options)).rejects.toMatchObject({
      code: 'media-undecodable',
    });
  });
});
