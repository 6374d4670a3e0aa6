import { type CacheInstanceStats, cacheStrategies } from '#contracts';

const tiers = ['l1', 'l2', 'l3'] as const;

/** Hits and misses of all instances by tier and strategy, without those that had no traffic. */
export function byStrategy(instances: readonly CacheInstanceStats[]) {
  const namespaces = instances.flatMap(({ namespaces }) => Object.values(namespaces));
  return tiers.flatMap((tier) =>
    cacheStrategies.flatMap((strategy) => {
      const counts = namespaces.filter((namespace) => namespace.strategy === strategy).map((namespace) => namespace.tiers[tier]);
      const hits = counts.reduce((sum, count) => sum + count.hits, 0);
      const misses = counts.reduce((sum, count) => sum + count.misses, 0);
      return hits + misses === 0 ? [] : [{ tier, strategy, hits, misses }];
    }),
  );
}

/** Every read asks l1 first; a hit in any tier is a hit. Warming reads the lower tiers without an l1 read, so hits may exceed reads. */
export function totalsOf(instances: readonly CacheInstanceStats[]): { reads: number; hitRate: number } {
  const counts = instances.flatMap(({ namespaces }) => Object.values(namespaces)).map(({ tiers: { l1, l2, l3 } }) => ({ l1, l2, l3 }));
  const reads = counts.reduce((sum, { l1 }) => sum + l1.hits + l1.misses, 0);
  const hits = counts.reduce((sum, { l1, l2, l3 }) => sum + l1.hits + l2.hits + l3.hits, 0);
  return { reads, hitRate: reads === 0 ? 0 : Math.min(1, hits / reads) };
}
