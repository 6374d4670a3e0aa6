import { Counter, Gauge, type Registry } from 'prom-client';

/** What warming loaded into one namespace, and how much of it was read. */
export interface WarmingCounts {
  readonly namespace: string;
  /** All reads of the namespace. */
  readonly reads: number;
  readonly loaded: number;
  /** Warmed entries that were read at least once. */
  readonly used: number;
}

/** `<service>_cache_warmed_total`, `_warm_hits_total` and `_lift_ratio`. Collected from the namespaces at scrape time, so counting costs a read nothing. */
export class WarmingMetrics {
  readonly #sources = new Set<() => readonly WarmingCounts[]>();

  constructor(registry: Registry, prefix: string) {
    this.#count(registry, `${prefix}_warmed_total`, 'Entries loaded by warming', ({ loaded }) => loaded);
    this.#count(registry, `${prefix}_warm_hits_total`, 'Warmed entries that were read', ({ used }) => used);
    this.#offerLift(registry, `${prefix}_lift_ratio`);
  }

  /** @returns stops counting this source */
  watch(source: () => readonly WarmingCounts[]): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  #all(): WarmingCounts[] {
    return [...this.#sources].flatMap((source) => source());
  }

  #count(registry: Registry, name: string, help: string, of: (counts: WarmingCounts) => number): void {
    const all = () => this.#all();
    new Counter({
      name,
      help,
      labelNames: ['namespace'],
      registers: [registry],
      collect() {
        this.reset();
        for (const counts of all()) this.inc({ namespace: counts.namespace }, of(counts));
      },
    });
  }

  #offerLift(registry: Registry, name: string): void {
    const all = () => this.#all();
    new Gauge({
      name,
      help: 'Share of all reads that memory answered only because the entry had been warmed',
      labelNames: ['namespace', 'means'],
      registers: [registry],
      collect() {
        for (const { namespace, reads, used } of all()) this.set({ namespace, means: 'warm' }, used / Math.max(1, reads));
      },
    });
  }
}
