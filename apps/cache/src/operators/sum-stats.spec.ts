import { describe, expect, it } from '@jest/globals';
import type { CacheInstanceStats } from '#contracts';
import { byStrategy, totalsOf } from './sum-stats.ts';

type NamespaceStats = CacheInstanceStats['namespaces'][string];
const namespaceStats = (
  strategy: NamespaceStats['strategy'],
  l1: NamespaceStats['tiers']['l1'],
  l2 = { hits: 0, misses: 0 },
): NamespaceStats => ({
  strategy,
  policy: strategy,
  maxBytes: 1,
  ttlSeconds: 1,
  entries: 0,
  bytes: 0,
  loads: 0,
  loadFailures: 0,
  staleServed: 0,
  warmed: { loaded: 0, used: 0 },
  tiers: { l1, l2, l3: { hits: 0, misses: 0 } },
  wouldHaveHit: {},
});
const instance = (namespaces: CacheInstanceStats['namespaces']): CacheInstanceStats => ({
  service: 'audio',
  instance: '1',
  bytes: 0,
  budgetBytes: 0,
  breakers: { redis: 'closed', redisWrites: 'closed', cold: 'closed' },
  pendingInvalidations: 0,
  namespaces,
});

describe('the sums of several instances', () => {
  const instances = [
    instance({
      a: namespaceStats('lru', { hits: 3, misses: 1 }),
      b: namespaceStats('adaptive', { hits: 0, misses: 2 }, { hits: 1, misses: 1 }),
    }),
    instance({ a: namespaceStats('lru', { hits: 1, misses: 1 }) }),
  ];

  it('add up by tier and strategy, without those that nobody asked', () => {
    expect(byStrategy(instances)).toEqual([
      { tier: 'l1', strategy: 'lru', hits: 4, misses: 2 },
      { tier: 'l1', strategy: 'adaptive', hits: 0, misses: 2 },
      { tier: 'l2', strategy: 'adaptive', hits: 1, misses: 1 },
    ]);
  });

  it('count a hit in any tier as a hit', () => {
    expect(totalsOf(instances)).toEqual({ reads: 8, hitRate: 5 / 8 });
    expect(totalsOf([])).toEqual({ reads: 0, hitRate: 0 });
  });
});
