import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnsOf } from './columns.ts';
import { PeakCollector, type WaveformPeaks } from './peaks.ts';

fc.configureGlobal({ seed: 7 }); // reproducible runs

const collect = (samples: Float32Array, channels = 1): WaveformPeaks =>
  new PeakCollector({ sampleRateHz: 8_000, channels }).push(samples).finish();

const FULL = 32_767;

describe('invalid samples', () => {
  it.each([Number.NaN, 3e38, -3e38])('count as silence (%d)', (value) => {
    const collected = new PeakCollector({ sampleRateHz: 8_000, channels: 1 }).push(Float32Array.of(0.5, value, -0.5)).finish();
    expect([collected.min, collected.max, collected.rms[1]]).toEqual([[16_384, 0, -16_383], [16_384, 0, -16_383], 0]);
  });
});

describe('PeakCollector', () => {
  it('stores minimum, maximum and mean square per bucket', () => {
    const peaks = collect(Float32Array.of(0.5, -0.25, 1, -1));
    expect(peaks).toMatchObject({ frames: 4, framesPerBucket: 1, sampleRateHz: 8_000 });
    expect(peaks.max).toEqual([0.5, -0.25, 1, -1].map((value) => Math.round(value * FULL)));
    expect(peaks.rms).toEqual([0.5, 0.25, 1, 1].map((value) => Math.round(value * FULL)));
  });

  it('includes all channels', () => {
    const peaks = collect(Float32Array.of(0.5, -0.5, 0, 1), 2);
    expect(peaks.min).toEqual([Math.round(-0.5 * FULL), 0]);
    expect(peaks.max).toEqual([Math.round(0.5 * FULL), FULL]);
    expect(peaks.rms).toEqual([Math.round(0.5 * FULL), Math.round(Math.SQRT1_2 * FULL)]);
  });

  it.each([1, 2_047, 4_096, 4_097, 100_000, 1_000_003])('returns 2048 to 4096 buckets for %d frames, or one per frame', (frames) => {
    const { min, max, rms, framesPerBucket } = collect(new Float32Array(frames));
    expect(min.length).toBe(Math.ceil(frames / framesPerBucket));
    expect([max.length, rms.length]).toEqual([min.length, min.length]);
    expect(min.length).toBeLessThanOrEqual(4_096);
    expect(min.length).toBeGreaterThanOrEqual(Math.min(frames, 2_048));
  });

  it('preserves peaks and energy when merging buckets', () => {
    const samples = new Float32Array(50_000);
    samples[15] = -0.5;
    samples[4_001] = 0.75;
    const { min, max, rms, framesPerBucket } = collect(samples);
    expect(framesPerBucket).toBe(16);
    expect(min.indexOf(Math.round(-0.5 * FULL))).toBe(0);
    expect(max.indexOf(Math.round(0.75 * FULL))).toBe(Math.floor(4_001 / 16));
    expect(rms[0]).toBe(Math.round((0.5 / 4) * FULL));
  });

  it('does not depend on the chunk size', () => {
    const samples = Float32Array.from({ length: 10_000 }, (_, n) => Math.sin(n) * Math.sin(n / 500));
    const whole = collect(samples);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 12 }), (cuts) => {
        const collector = new PeakCollector({ sampleRateHz: 8_000, channels: 1 });
        const edges = [0, ...cuts.sort((a, b) => a - b), samples.length];
        edges.slice(1).forEach((to, k) => void collector.push(samples.subarray(edges[k], to)));
        expect(collector.finish()).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('clips at full scale and treats NaN as silence', () => {
    const { min, max, rms } = collect(Float32Array.of(3, -3, Number.NaN, Number.POSITIVE_INFINITY));
    expect(max).toEqual([FULL, -FULL - 1, 0, 0]);
    expect(min).toEqual([FULL, -FULL - 1, 0, 0]);
    expect(rms).toEqual([FULL, FULL, 0, 0]);
  });

  it('is empty for empty input', () => expect(collect(new Float32Array(0))).toMatchObject({ frames: 0, min: [], max: [], rms: [] }));
});

describe('columnsOf', () => {
  it('merges surplus buckets and repeats missing ones', () => {
    const peaks = collect(Float32Array.of(0.1, 0.2, 0.3, 0.4));
    expect(columnsOf(peaks, 2).map(({ max }) => max)).toEqual([0.2, 0.4].map((value) => Math.round(value * FULL)));
    expect(columnsOf(peaks, 8).map(({ max }) => max)).toEqual(
      [0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4].map((value) => Math.round(value * FULL)),
    );
    expect(columnsOf(collect(new Float32Array(0)), 8)).toEqual([]);
  });
});
