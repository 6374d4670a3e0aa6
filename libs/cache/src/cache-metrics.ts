import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ExperimentArm } from '#contracts';
import type { BreakerState } from './breaker.ts';
import type { Strategy } from './policy/strategies.ts';
import { WarmingMetrics } from './warming-metrics.ts';

export type Tier = 'l1' | 'l2' | 'l3';
export type Operation = 'get' | 'set' | 'delete' | 'invalidate' | 'load';

/** Counts of one tier under one strategy. Plain numbers, collected at scrape time, so that counting adds no cost to a hit. */
export interface Tally {
  hits: number;
  misses: number;
}

/** What a tally counts. */
interface Counted {
  readonly tier: Tier;
  readonly strategy: Strategy;
  readonly namespace: string;
  /** Undefined outside experiments. */
  readonly arm: ExperimentArm | undefined;
}

/** The rate is over the traffic since five to ten minutes ago. */
const windowMs = 300_000;
const secondsBuckets = [1e-6, 5e-6, 2e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.25, 1, 5, 30];

const known = new WeakMap<Registry, Map<string, CacheMetrics>>();

/** The metrics of one service's caches in one registry; several caches of a process add up. */
export function metricsOf(registry: Registry, service: string): CacheMetrics {
  const services = known.get(registry) ?? new Map<string, CacheMetrics>();
  known.set(registry, services);
  const metrics = services.get(service) ?? new CacheMetrics(registry, service, () => [...services.values()]);
  services.set(service, metrics);
  return metrics;
}

export class CacheMetrics {
  readonly #tallies = new Map<string, Tally & Counted>();
  readonly #memories = new Set<() => number>();
  readonly #breakers = new Map<string, () => BreakerState>();
  readonly warming: WarmingMetrics;
  readonly #registry: Registry;
  readonly #prefix: string;
  readonly #seconds: Histogram<'operation' | 'cache_type'>;
  readonly #errors: Counter<'operation' | 'cache_type'>;

  constructor(registry: Registry, service: string, all: () => readonly CacheMetrics[]) {
    const prefix = `${service.replaceAll('-', '_')}_cache`;
    const registers = [registry];
    this.#registry = registry;
    this.#prefix = prefix;
    this.#count(`${prefix}_hits_total`, 'Reads answered by a tier', registry, 'hits');
    this.#count(`${prefix}_misses_total`, 'Reads that a tier could not answer', registry, 'misses');
    this.#seconds = new Histogram({
      name: `${prefix}_operation_seconds`,
      help: 'How long cache operations take; of reads answered from memory one in 256 is measured',
      labelNames: ['operation', 'cache_type'],
      buckets: secondsBuckets,
      registers,
    });
    this.#errors = new Counter({
      name: `${prefix}_errors_total`,
      help: 'Failures of a tier that callers did not see',
      labelNames: ['operation', 'cache_type'],
      registers,
    });
    this.warming = new WarmingMetrics(registry, prefix);
    this.#offerBreakers(`${prefix}_breaker_open`, registry);
    const memories = this.#memories;
    new Gauge({
      name: `${prefix}_memory_bytes`,
      help: 'What entries in memory weigh, by estimate',
      registers,
      collect() {
        this.set([...memories].reduce((sum, bytes) => sum + bytes(), 0));
      },
    });
    if (!registry.getSingleMetric('cache_hit_rate')) offerHitRate(registry, all);
  }

  /** The counts of a tier for a namespace under a strategy; the caller adds to them directly. The metrics sum over the namespaces, but for experiments. */
  tally(counted: Counted): Tally {
    const { tier, strategy, namespace, arm = '' } = counted;
    const name = `${tier} ${strategy} ${namespace} ${arm}`;
    const tally = this.#tallies.get(name) ?? { ...counted, hits: 0, misses: 0 };
    this.#tallies.set(name, tally);
    if (arm !== '') this.#offerExperiments();
    return tally;
  }

  /** @returns stops counting this memory */
  watchMemory(bytes: () => number): () => void {
    this.#memories.add(bytes);
    return () => this.#memories.delete(bytes);
  }

  /** Registers a tier's breaker for the gauge. */
  watchBreaker(tier: string, state: () => BreakerState): void {
    this.#breakers.set(tier, state);
  }

  observe(operation: Operation, tier: Tier, sinceMs: number): void {
    this.#seconds.observe({ operation, cache_type: tier }, (performance.now() - sinceMs) / 1_000);
  }

  failed(operation: string, tier: string): void {
    this.#errors.inc({ operation, cache_type: tier });
  }

  /** Every read asks l1 first, so l1's hits and misses are all reads; a hit in any tier is a hit. */
  totals(): { reads: number; hits: number } {
    let reads = 0;
    let hits = 0;
    for (const tally of this.#tallies.values()) {
      hits += tally.hits;
      if (tally.tier === 'l1') reads += tally.hits + tally.misses;
    }
    return { reads, hits };
  }

  #offerBreakers(name: string, registry: Registry): void {
    const breakers = this.#breakers;
    new Gauge({
      name,
      help: '1 while a tier is not asked because it keeps failing; l2_writes: Redis is full',
      labelNames: ['cache_type'],
      registers: [registry],
      collect() {
        for (const [tier, state] of breakers) this.set({ cache_type: tier }, state() === 'closed' ? 0 : 1);
      },
    });
  }

  /** Registered with the first arm, so that they are absent without an experiment. */
  #offerExperiments(): void {
    if (this.#registry.getSingleMetric(`${this.#prefix}_experiment_hits_total`)) return;
    const tallies = this.#tallies;
    const offer = (name: string, help: string, which: 'hits' | 'misses') =>
      new Counter({
        name: `${this.#prefix}_experiment_${name}`,
        help: `${help}, in a namespace whose settings are compared; absent without an experiment`,
        labelNames: ['namespace', 'experiment_arm', 'cache_type'],
        registers: [this.#registry],
        collect() {
          this.reset();
          for (const { namespace, arm, tier, ...counts } of tallies.values())
            if (arm !== undefined) this.inc({ namespace, experiment_arm: arm, cache_type: tier }, counts[which]);
        },
      });
    offer('hits_total', 'Reads answered by a tier', 'hits');
    offer('misses_total', 'Reads that a tier could not answer', 'misses');
  }

  #count(name: string, help: string, registry: Registry, which: 'hits' | 'misses'): void {
    const tallies = this.#tallies;
    new Counter({
      name,
      help,
      labelNames: ['cache_type', 'strategy'],
      registers: [registry],
      collect() {
        this.reset();
        for (const tally of tallies.values()) this.inc({ cache_type: tally.tier, strategy: tally.strategy }, tally[which]);
      },
    });
  }
}

function offerHitRate(registry: Registry, all: () => readonly CacheMetrics[]): void {
  let older = { atMs: Date.now(), reads: 0, hits: 0 };
  let newer = older;
  new Gauge({
    name: 'cache_hit_rate',
    help: 'Share of reads answered by any tier, over the last five to ten minutes',
    registers: [registry],
    collect() {
      const sums = all().map((metrics) => metrics.totals());
      const nowAt = { atMs: Date.now(), reads: sum(sums, 'reads'), hits: sum(sums, 'hits') };
      if (nowAt.atMs - newer.atMs > windowMs) [older, newer] = [newer, nowAt];
      const reads = nowAt.reads - older.reads;
      this.set(reads <= 0 ? 0 : Math.min(1, (nowAt.hits - older.hits) / reads)); // warming hits the lower tiers without a read
    },
  });
}

const sum = (parts: readonly { reads: number; hits: number }[], which: 'reads' | 'hits') =>
  parts.reduce((total, part) => total + part[which], 0);
