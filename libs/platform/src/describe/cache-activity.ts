/** What the memory tier of a cache did in the last minute, from samples of its counters. */
import type { TieredCache } from '#cache';
import type { ServiceDescription } from '#contracts';

type Stats = ReturnType<TieredCache['stats']>['namespaces'];

interface Sample {
  readonly atMs: number;
  readonly namespaces: Stats;
}

const windowMs = 60_000;
/** A sample every five seconds covers the window. */
export const sampleEveryMs = 5_000;

export class CacheActivity {
  readonly #samples: Sample[] = [];

  /** Adds the counters of now and forgets those that are older than a minute, except the one that the window begins with. */
  sample(namespaces: Stats, nowMs: number): void {
    this.#samples.push({ atMs: nowMs, namespaces });
    while (this.#samples.length > 2 && this.#samples[1]!.atMs <= nowMs - windowMs) this.#samples.shift();
  }

  /** @returns by namespace; the ratio is null where nobody read */
  describe(namespaces: Stats, nowMs: number): ServiceDescription['cache'] {
    const first = this.#samples[0];
    const seconds = first ? (nowMs - first.atMs) / 1_000 : 0;
    return Object.entries(namespaces).map(([namespace, now]) => {
      const before = first?.namespaces[namespace];
      const hits = now.l1.hits - (before?.l1.hits ?? 0);
      const reads = hits + now.l1.misses - (before?.l1.misses ?? 0);
      const evictions = now.evictions - (before?.evictions ?? 0);
      return {
        namespace,
        hitRatio: reads > 0 ? hits / reads : null,
        evictionsPerSecond: before && seconds > 0 ? evictions / seconds : 0,
        usedBytes: now.bytes,
        limitBytes: now.rules.maxBytes,
      };
    });
  }
}
