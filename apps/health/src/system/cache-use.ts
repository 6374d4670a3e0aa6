/** How hard the memory tier of a service's cache is used, in its copy that drives out most. */
import type { ServiceDescription } from '#contracts';
import { type Evidence, evidence } from './observation.ts';
import { thresholds } from './thresholds.ts';

export interface CacheUse {
  readonly isTooSmall: boolean;
  /** `Evictions 34/s at a hit ratio of 0.71` */
  readonly sentence: string;
  readonly evidence: readonly Evidence[];
}

/** @returns undefined for a service without a cache */
export function cacheUse(copies: readonly ServiceDescription[]): CacheUse | undefined {
  const worst = copies
    .flatMap(({ cache }) => (cache.length > 0 ? [sumOf(cache)] : []))
    .toSorted((a, b) => b.evictionsPerSecond - a.evictionsPerSecond)[0];
  if (!worst) return undefined;
  const { evictionsPerSecond, hitRatio } = worst;
  const isTooSmall = evictionsPerSecond >= thresholds.evictionsPerSecond && hitRatio !== null && hitRatio < thresholds.cacheHitRatio;
  const rate = evictionsPerSecond.toFixed(evictionsPerSecond < 10 ? 1 : 0);
  return {
    isTooSmall,
    sentence: `evictions ${rate}/s at a hit ratio of ${hitRatio === null ? 'none' : hitRatio.toFixed(2)}`,
    evidence: [
      evidence('evictions', Number(evictionsPerSecond.toFixed(2)), 'per second', thresholds.evictionsPerSecond),
      ...(hitRatio === null ? [] : [evidence('cache hit ratio', Number(hitRatio.toFixed(3)), 'ratio', thresholds.cacheHitRatio)]),
    ],
  };
}

/** The ratio is that of the namespace which drives out most: a namespace that is small and always hit must not hide it. */
function sumOf(cache: ServiceDescription['cache']): Pick<ServiceDescription['cache'][number], 'evictionsPerSecond' | 'hitRatio'> {
  const busiest = cache.toSorted((a, b) => b.evictionsPerSecond - a.evictionsPerSecond)[0];
  return {
    evictionsPerSecond: cache.reduce((sum, { evictionsPerSecond }) => sum + evictionsPerSecond, 0),
    hitRatio: busiest?.hitRatio ?? null,
  };
}
