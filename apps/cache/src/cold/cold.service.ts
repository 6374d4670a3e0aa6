import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { cacheInvalidated } from '#contracts';
import { Bus, Lifecycle, Log } from '#platform';
import { CACHE_CONFIG, type CacheConfig } from '../config.ts';
import { type ColdKey, type ColdRow, ColdStore } from './cold.store.ts';
import { Tombstones } from './tombstones.ts';

const reads = new Counter({ name: 'cache_cold_reads_total', help: 'Entries asked of the cold tier.', labelNames: ['outcome'] });
const written = new Counter({ name: 'cache_cold_written_total', help: 'Entries taken into the cold tier.' });
const evicted = new Counter({ name: 'cache_cold_evicted_total', help: 'Entries that left the cold tier.', labelNames: ['reason'] });
const held = new Gauge({ name: 'cache_cold_bytes', help: 'What the cold tier weighs, as of its last sweep.' });
const heldEntries = new Gauge({ name: 'cache_cold_entries', help: 'Entries in the cold tier, as of its last sweep.' });

/** Maximum number of buffered uses; beyond it uses are dropped, which makes eviction less exact. */
const maxUses = 10_000;

@Injectable() // the cold tier: stores entries that Redis may evict
export class ColdService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly tombstones = new Tombstones((coldKeys) => this.store.deleteKeys(coldKeys));
  private readonly uses = new Map<string, ColdKey & { hits: number }>();
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
    const subscription = this.bus.subscribe(cacheInvalidated, (message) => {
      if (message.kind === 'namespace') return this.store.deleteNamespace(message.service, message.namespace);
      if (message.kind === 'key') this.tombstones.add(message);
    });
    subscription.catch((error: unknown) => this.log.debug({ err: error }, 'subscription closed before NATS was connected'));
    this.lifecycle.onDrain('cold tier', () => this.sweep());
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async get(coldKey: ColdKey): Promise<Buffer | undefined> {
    const sealed = await this.store.get(coldKey);
    reads.inc({ outcome: sealed ? 'hit' : 'miss' });
    if (sealed) this.used(coldKey);
    return sealed;
  }

  async put(rows: readonly ColdRow[]): Promise<number> {
    const living = rows.filter(({ deadAtMs }) => deadAtMs > Date.now());
    if (living.length > 0) await this.store.put(living);
    written.inc(living.length);
    return living.length;
  }

  /** Writes buffered uses, deletes expired entries, then the least recently used until the limits hold. Never rejects. */
  async sweep(): Promise<void> {
    try {
      await this.flushUses();
      await this.tombstones.flush();
      for (let gone = -1; gone !== 0; evicted.inc({ reason: 'dead' }, gone)) gone = (await this.store.dropExpired()).entries;
      this.size = await this.store.size();
      while (await this.dropIdle());
      held.set(this.size.bytes);
      heldEntries.set(this.size.entries);
    } catch (error) {
      this.log.warn({ err: error }, 'clean-up of the cold tier failed');
    }
  }

  describe(coldKey: ColdKey) {
    return this.store.describe(coldKey);
  }

  async summary() {
    return { ...(await this.store.size()), maxBytes: this.maxBytes };
  }

  /** Entries and bytes above the limits. */
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

  private used(coldKey: ColdKey): void {
    const name = `${coldKey.service}\0${coldKey.namespace}\0${coldKey.key}`;
    const known = this.uses.get(name);
    if (known) known.hits += 1;
    else if (this.uses.size < maxUses) this.uses.set(name, { ...coldKey, hits: 1 });
  }

  private async flushUses(): Promise<void> {
    const uses = [...this.uses.values()];
    this.uses.clear();
    if (uses.length > 0) await this.store.touch(uses);
  }
}
