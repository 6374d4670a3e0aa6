import { describe, expect, it } from '@jest/globals';
import { backoffMs } from './backoff.ts';

const delays = (attempts: number[], more = {}) => attempts.map((attempt) => backoffMs({ attempt, baseMs: 100, capMs: 1_000, ...more }));

describe('backoffMs', () => {
  it('doubles with each attempt up to the cap', () => expect(delays([1, 2, 3, 4, 5, 6])).toEqual([100, 200, 400, 800, 1_000, 1_000]));
  it('stays at the cap for any number of attempts', () => expect(delays([100, 2_000, 1e9])).toEqual([1_000, 1_000, 1_000]));
  it('draws the jitter share at random', () => {
    expect(delays([1], { jitter: 1, random: () => 0 })).toEqual([0]);
    expect(delays([1], { jitter: 0.5, random: () => 0 })).toEqual([50]);
    expect(delays([1], { jitter: 0.5, random: () => 0.5 })).toEqual([75]);
  });
});
