/** A cache's own numbers in the words of the contract. */

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
    namespaces: Object.fromEntries(Object.entries(namespaces).map(([name, room]) => [name, presentRoom(room)])),
  };
}

function presentRoom(room: Stats['namespaces'][string]): CacheInstanceStats['namespaces'][string] {
  const { strategy, policy, rules, l1, l2, l3, entries, bytes, loads, loadFailures, staleServed, warmed, wouldHaveHit } = room;
  const kept = { strategy, policy, maxBytes: rules.maxBytes, ttlSeconds: rules.ttlSeconds, entries, bytes };
  return { ...kept, loads, loadFailures, staleServed, warmed, wouldHaveHit, tiers: { l1, l2, l3 } };
}
