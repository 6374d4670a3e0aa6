import { describe, expect, it } from '@jest/globals';
import { CacheActivity } from './cache-activity.ts';

type Stats = Parameters<CacheActivity['sample']>[0];
const counters = (hits: number, misses: number, evictions: number) =>
  ({ analysis: { l1: { hits, misses }, evictions, bytes: 10, rules: { maxBytes: 20 } } }) as unknown as Stats;

describe('the activity of a cache', () => {
  it('is what happened since the first sample', () => {
    const activity = new CacheActivity();
    activity.sample(counters(100, 0, 0), 0);
    expect(activity.describe(counters(103, 1, 50), 10_000)).toEqual([
      { namespace: 'analysis', hitRatio: 0.75, evictionsPerSecond: 5, usedBytes: 10, limitBytes: 20 },
    ]);
  });
  it('forgets what is older than a minute', () => {
    const activity = new CacheActivity();
    for (let second = 0; second <= 120; second += 5) activity.sample(counters(0, 0, Math.min(second, 30)), second * 1_000);
    expect(activity.describe(counters(0, 0, 30), 120_000)[0]).toMatchObject({ evictionsPerSecond: 0, hitRatio: null });
  });
});
