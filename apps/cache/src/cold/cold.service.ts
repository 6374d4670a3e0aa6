import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { cacheInvalidated } from '#contracts';
import { Bus, Lifecycle, Log } from '#platform';
import { CACHE_CONFIG, type CacheConfig } from '../config.ts';
import { type ColdPlace, type ColdRow, ColdStore } from './cold.store.ts';
import { StruckKeys } from './struck-keys.ts';

const reads = new Counter({ name: 'cache_cold_reads_total', help: 'Entries asked of the cold tier.', labelNames: ['outcome'] });
const written = new Counter({ name: 'cache_cold_written_total', help: 'Entries taken into the cold tier.' });
const evicted = new Counter({ name: 'cache_cold_evicted_total', help: 'Entries that left the cold tier.', labelNames: ['reason'] });
const held = new Gauge({ name: 'cache_cold_bytes', help: 'What the cold tier weighs, as of its last sweep.' });
const heldEntries = new Gauge({ name: 'cache_cold_entries', help: 'Entries in the cold tier, as of its last sweep.' });

/** Uses that wait to be written down; beyond it they are forgotten, which makes eviction a little less fair. */
const maxUses = 10_000;

@Injectable() // the third tier: what Redis may let go
export class ColdService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly struck = new StruckKeys((places) => this.store.strikeKeys(places));
  private readonly uses = new Map<string, ColdPlace & { hits: number }>();
  private timer: NodeJS.Timeout | undefined;
  private size = { entries: 0, bytes: 0 };

  constructor(
    private readonly store: ColdStore,
    private readonly bus: Bus,
    private readonly log: Log,
    private readonly lifecycle: Lifecycle,
    @Inject(CACHE_CONFIG) private readonly config: CacheConfig,
  ) {}

  get maxBytes(): number {
    return this.config.CACHE_COLD_MAX_MB * 1_048_576;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), this.config.CACHE_COLD_SWEEP_SECONDS * 1_000).unref();
    const hearing = this.bus.subscribe(cacheInvalidated, (message) => {
      if (message.kind === 'namespace') return this.store.strikeNamespace(message.service, message.namespace);
      if (message.kind === 'key') this.struck.add(message);
    });
    hearing.catch((error: unknown) => this.log.debug({ err: error }, 'closed before NATS was there'));
    this.lifecycle.onDrain('cold tier', () => this.sweep());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async get(place: ColdPlace): Promise<Buffer | undefined> {
    const sealed = await this.store.get(place);
    reads.inc({ outcome: sealed ? 'hit' : 'miss' });
    if (sealed) this.used(place);
    return sealed;
  }

  async put(rows: readonly ColdRow[]): Promise<number> {
    const living = rows.filter(({ deadAtMs }) => deadAtMs > Date.now());
    if (living.length > 0) await this.store.put(living);
    written.inc(living.length);
    return living.length;
  }

  /** Writes down the uses, drops the dead, then the longest unused until all fits. Never rejects. */
  async sweep(): Promise<void> {
    try {
      await this.flushUses();
      await this.struck.flush();
      for (let gone = -1; gone !== 0; evicted.inc({ reason: 'dead' }, gone)) gone = (await this.store.dropDead()).entries;
      this.size = await this.store.size();
      while (await this.dropIdle());
      held.set(this.size.bytes);
      heldEntries.set(this.size.entries);
    } catch (error) {
      this.log.warn({ err: error }, 'the cold tier was not swept');
    }
  }

  describe(place: ColdPlace) {
    return this.store.describe(place);
  }

  async summary() {
    return { ...(await this.store.size()), maxBytes: this.maxBytes };
  }

  /** What is too much. */
  private excess(): { entries: number; bytes: number } {
    return {
      entries: Math.max(0, this.size.entries - this.config.CACHE_COLD_MAX_ENTRIES),
      bytes: Math.max(0, this.size.bytes - this.maxBytes),
    };
  }

  private async dropIdle(): Promise<boolean> {
    const excess = this.excess();
    if (excess.entries + excess.bytes === 0) return false;
    const gone = await this.store.dropIdle(excess);
    this.size = { entries: this.size.entries - gone.entries, bytes: this.size.bytes - gone.bytes };
    evicted.inc({ reason: 'room' }, gone.entries);
    return gone.entries > 0;
  }

  private used(place: ColdPlace): void {
    const name = `${place.service}\0${place.namespace}\0${place.key}`;
    const known = this.uses.get(name);
    if (known) known.hits += 1;
    else if (this.uses.size < maxUses) this.uses.set(name, { ...place, hits: 1 });
  }

  private async flushUses(): Promise<void> {
    const uses = [...this.uses.values()];
    this.uses.clear();
    if (uses.length > 0) await this.store.touch(uses);
  }
}
