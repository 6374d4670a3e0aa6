import { describe, expect, it } from '@jest/globals';
import { maxAttempts, retryDelayMs } from './retry-schedule.ts';

const hourMs = 3_600_000;
const schedule = (random: number) => Array.from({ length: maxAttempts }, (_, index) => retryDelayMs(index + 1, undefined, () => random));

describe('a failed delivery', () => {
  it('is retried with increasing delays for a day, and then fails', () => {
    const delays = schedule(0.5);
    expect(delays.slice(0, 4)).toEqual([5_000, 300_000, 1_800_000, 2 * hourMs]);
    expect(delays.at(-1)).toBeUndefined();
    const totalMs = delays.reduce<number>((sum, delayMs) => sum + (delayMs ?? 0), 0);
    expect(totalMs).toBeGreaterThan(23 * hourMs);
    expect(totalMs).toBeLessThan(25 * hourMs);
  });
  it('has jitter', () => expect(schedule(0)[1]).toBeLessThan(schedule(0.99)[1]! / 1.4));
  it('respects a longer Retry-After, up to a limit', () => {
    expect(retryDelayMs(1, 60)).toBe(60_000);
    expect(retryDelayMs(3, 1)).toBeGreaterThan(1_000);
    expect(retryDelayMs(1, 1e9)).toBe(8 * hourMs);
  });
});
