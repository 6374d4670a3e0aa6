/** Maps a cache's statistics to the contract. */

import type { TieredCache } from '#cache';
import type { CacheInstanceStats } from '#contracts';
import type { ProcessIdentity } from '../probes/describe.handler.ts';

type Stats = ReturnType<TieredCache['stats']>;

export function presentCache(cache: TieredCache, { service, instance }: ProcessIdentity): CacheInstanceStats {
  const { bytes, budgetBytes, redis, redisWrites, cold, pendingInvalidations, namespaces } = cache.stats();
  return {
    service,
    instance,
    bytes,
    budgetBytes,
    breakers: { redis, redisWrites, cold },
    pendingInvalidations,
    namespaces: Object.fromEntries(Object.entries(namespaces).map(([name, stats]) => [name, presentNamespace(stats)])),
  };
}

function presentNamespace(stats: Stats['namespaces'][string]): CacheInstanceStats['namespaces'][string] {
  const { strategy, policy, rules, l1, l2, l3, entries, bytes, loads, loadFailures, staleServed, warmed, wouldHaveHit } = stats;
  const kept = { strategy, policy, maxBytes: rules.maxBytes, ttlSeconds: rules.ttlSeconds, entries, bytes };
  return { ...kept, loads, loadFailures, staleServed, warmed, wouldHaveHit, tiers: { l1, l2, l3 } };
}
