import { Counter, Gauge, type Registry } from 'prom-client';

/** What came of loading ahead of need in one namespace. */
export interface AheadCounts {
  readonly namespace: string;
  /** Reads of the namespace altogether. */
  readonly reads: number;
  readonly warmed: { readonly loaded: number; readonly used: number };
  readonly prefetched: { readonly loaded: number; readonly used: number };
}

/** `<service>_cache_warmed_total` and its kin, read from the rooms when they are asked for: a read pays nothing for being counted. */
export class AheadMetrics {
  readonly #sources = new Set<() => readonly AheadCounts[]>();

  constructor(registry: Registry, prefix: string) {
    this.#count(registry, `${prefix}_warmed_total`, 'Entries loaded by warming', ({ warmed }) => warmed.loaded);
    this.#count(registry, `${prefix}_warm_hits_total`, 'Warmed entries that somebody asked for', ({ warmed }) => warmed.used);
    this.#count(
      registry,
      `${prefix}_prefetched_total`,
      'Entries loaded because they usually come next',
      ({ prefetched }) => prefetched.loaded,
    );
    this.#count(registry, `${prefix}_prefetch_hits_total`, 'Such entries that somebody asked for', ({ prefetched }) => prefetched.used);
    this.#offerLift(registry, `${prefix}_lift_ratio`);
  }

  /** @returns stops counting this source */
  watch(source: () => readonly AheadCounts[]): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  #all(): AheadCounts[] {
    return [...this.#sources].flatMap((source) => source());
  }

  #count(registry: Registry, name: string, help: string, of: (counts: AheadCounts) => number): void {
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
      help: 'Share of all reads that memory answered only because the entry had been loaded ahead',
      labelNames: ['namespace', 'means'],
      registers: [registry],
      collect() {
        for (const { namespace, reads, warmed, prefetched } of all()) {
          this.set({ namespace, means: 'warm' }, warmed.used / Math.max(1, reads));
          this.set({ namespace, means: 'prefetch' }, prefetched.used / Math.max(1, reads));
        }
      },
    });
  }
}
