import { describe, expect, it } from '@jest/globals';
import { exact, scaled, secondsOf } from './exact.ts';

describe('numbers of a movie', () => {
  it('are exact, or the movie is left to ffprobe', () => {
    expect(exact(2 ** 53 - 1)).toBe(Number.MAX_SAFE_INTEGER);
    for (const large of [2 ** 53, -(2n ** 60n), 0xffffffff * 0xffffffff]) expect(() => exact(large)).toThrow(RangeError);
  });

  it('are multiplied without loss before they are divided', () => {
    const bytes = 2n ** 40n + 1n; // a terabyte: times eight and a timescale it has more than 53 bits
    expect(scaled(8n * bytes, 90_000, 90_000)).toBe(Number(8n * bytes));
    expect(scaled(7, 1, 2)).toBe(3);
    expect(() => scaled(2n ** 62n, 2, 1)).toThrow(RangeError);
  });

  it('become seconds of whole microseconds, rounded to the nearest', () => {
    expect([secondsOf(1, 3), secondsOf(2, 3), secondsOf(1n, 2_000_000)]).toEqual([0.333333, 0.666667, 0.000001]);
    expect(secondsOf(43_200n * 1_000_000_000n + 1n, 1_000_000_000)).toBe(43_200);
    expect(() => secondsOf(2n ** 63n, 1)).toThrow(RangeError);
  });
});
