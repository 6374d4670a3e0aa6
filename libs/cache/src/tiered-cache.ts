import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { type CacheMetrics, metricsOf, type Operation, type Tier } from './cache-metrics.ts';
import { ColdGuard } from './cold-tier.ts';
import { DemotionWriter } from './demotion-writer.ts';
import type { Entry } from './envelope.ts';
import type { InvalidationTarget } from './invalidation.ts';
import { InvalidationLog } from './invalidation-log.ts';
import { InvalidationSync } from './invalidation-sync.ts';
import { keepMs } from './lifetimes.ts';
import { MissHandler } from './miss-handler.ts';
import type { ArmRules } from './namespace-rules.ts';
import { NamespaceState } from './namespace-state.ts';
import { Namespaces } from './namespaces.ts';
import type { NamespaceOptions, NamespaceRules, NamespaceSettings, TierError, TieredCacheOptions, WrapOptions } from './options.ts';
import { RedisGuard } from './redis-guard.ts';
import { redisKeys } from './redis-keys.ts';
import { RedisTier } from './redis-tier.ts';
import { type WarmOptions, type WarmReport, warmUp } from './warming.ts';

/** An entry evicted from memory with at least this many hits is copied to the cold tier. */
const minUsesToDemote = 2;
/** Larger values are neither written to Redis nor decompressed from it. */
const maxValueBytes = 16 * 1_024 * 1_024;

/**
 * The cache of a service: memory (L1), Redis (L2) and a cold tier (L3) behind `wrap`. A tier that is down, slow, full or returns garbage is
 * skipped; only the loader's own failure reaches the caller. `null`, `0`, `''` and `false` are valid values; `undefined` means "not cached".
 * Values are shared between readers: treat them as read-only.
 */
export class TieredCache<Namespace extends string = string> {
  readonly #namespaces: Namespaces;
  readonly #options: TieredCacheOptions<Namespace>;
  readonly #now: () => number;
  readonly #guard: RedisGuard | undefined;
  readonly #tier: RedisTier | undefined;
  readonly #cold: ColdGuard | undefined;
  readonly #missHandler: MissHandler;
  readonly #sync: InvalidationSync;
  readonly #metrics: CacheMetrics;
  readonly #cleanup: NodeJS.Timeout;
  readonly #unwatch: readonly (() => void)[];
  #untilTimed = 0;

  constructor(options: TieredCacheOptions<Namespace>) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#metrics = metricsOf(options.registry ?? register, options.service);
    const keys = redisKeys(options.service);
    this.#guard =
      options.redis && new RedisGuard({ redis: options.redis, onError: (operation, error) => this.#reportError('l2', operation, error) });
    this.#tier = this.#guard && this.#openRedisTier(this.#guard);
    this.#cold =
      this.#tier && options.cold
        ? new ColdGuard({ tier: options.cold, onError: (operation, error) => this.#reportError('l3', operation, error) })
        : undefined;
    this.#sync = new InvalidationSync({
      service: options.service,
      origin: randomUUID(),
      tier: this.#tier,
      log: this.#guard && new InvalidationLog(this.#guard, keys),
      channel: options.channel,
      maxStalenessMs: options.maxStalenessMs ?? 5_000,
      now: this.#now,
      invalidateLocally: (target) => this.#namespaces.invalidate(target),
      invalidateEverything: () => this.#namespaces.each((state) => state.invalidateAll()),
      onError: (operation, error) => this.#reportError('channel', operation, error),
    });
    this.#missHandler = new MissHandler({
      tier: this.#tier,
      cold: this.#cold,
      demotionWriter: this.#tier && this.#cold && new DemotionWriter(this.#tier, this.#cold),
      now: this.#now,
      isInDoubt: (namespace, key) => this.#sync.pending.covers(namespace, key),
      onError: (error) => this.#reportError(error.tier, error.operation, error.error),
      onLoaded: (sinceMs) => this.#metrics.observe('load', 'l1', sinceMs),
      onColdRead: (sinceMs) => this.#metrics.observe('get', 'l3', sinceMs),
    });
    this.#namespaces = new Namespaces(options, (name, rules, arm) => this.#openNamespace(name, rules, arm));
    this.#unwatch = this.#watch();
    const cleanupMs = (options.memory?.cleanupSeconds ?? 300) * 1_000;
    this.#cleanup = setInterval(() => this.#namespaces.each((state) => state.cleanUp(this.#now())), cleanupMs).unref();
    if (this.#tier) void this.#sync.run();
  }

  /** Estimated bytes in memory, all namespaces together. */
  get bytes(): number {
    return this.#namespaces.all().reduce((sum, { memory }) => sum + memory.bytes, 0);
  }

  /**
   * The value for a key; concurrent misses share one load, in this process and across processes.
   *
   * @param load loads the value; `null` is cached for `negativeTtlSeconds`, `undefined` is not cached
   * @throws only what `load` throws
   */
  wrap<T>(namespace: Namespace, key: string, load: () => Promise<T> | T, options: WrapOptions = {}): Promise<T> {
    const state = this.#namespaces.of(namespace, key);
    const entry = this.#inMemory(state, key);
    if (entry !== undefined) return Promise.resolve(entry.value as T);
    return this.#missHandler.handle(state, key, load, options) as Promise<T>;
  }

  /** The cached value, or undefined. Never throws. */
  get<T>(namespace: Namespace, key: string): Promise<T | undefined> {
    const state = this.#namespaces.of(namespace, key);
    const entry = this.#inMemory(state, key);
    if (entry !== undefined) return Promise.resolve(entry.value as T);
    return this.#timed('get', this.#lowestTier(state), this.#missHandler.lookup(state, key) as Promise<T | undefined>);
  }

  /** Stores a value in memory and Redis and invalidates the copies of other instances. */
  set(namespace: Namespace, key: string, value: unknown, options: WrapOptions = {}): Promise<void> {
    if (value === undefined) throw new TypeError('undefined cannot be cached; delete the key, or cache null');
    const state = this.#namespaces.of(namespace, key);
    return this.#timed('set', this.#lowestTier(state), this.#set(state, key, value, options));
  }

  /** Invalidates a key: no reachable instance serves the old value, and loads in flight do not store theirs. */
  delete(namespace: Namespace, key: string): Promise<void> {
    return this.#invalidate('delete', { kind: 'key', namespace, key });
  }

  /** Invalidates a key. An entry that was read is loaded again in the background, by the namespace's `warm`, before anybody asks. */
  async renew(namespace: Namespace, key: string): Promise<void> {
    const { memory, rules } = this.#namespaces.of(namespace, key);
    const isWanted = memory.hitsOf(key) > 0 && rules.warm !== undefined;
    await this.delete(namespace, key);
    if (isWanted) this.#missHandler.renew(() => this.warm(namespace, [key]));
  }

  /** Invalidates all entries with this tag, in every namespace. */
  invalidateTag(tag: string): Promise<void> {
    return this.#invalidate('invalidate', { kind: 'tag', tag });
  }

  invalidateNamespace(namespace: Namespace): Promise<void> {
    return this.#invalidate('invalidate', { kind: 'namespace', namespace });
  }

  /** The keys of a namespace with the most hits in this instance, for warming another one. */
  hottest(namespace: Namespace, count: number): string[] {
    return this.#namespaces.hottest(namespace, count);
  }

  /** The keys with the most hits in each namespace, with their hits (counted up to 255). */
  popularity(count: number) {
    return this.#namespaces.popularity(count);
  }

  /** Copies the hottest entries to the cold tier: hits in memory do not keep an entry in Redis. */
  demoteHottest(count: number): void {
    this.#namespaces.each((state) => {
      for (const key of state.memory.hottest(count)) if (state.memory.hitsOf(key) >= minUsesToDemote) this.#missHandler.demote(state, key);
    });
  }

  /**
   * Loads keys into memory in list order; `stats()` counts how many are read later. Never rejects.
   *
   * @param load default the namespace's `warm`; without either, only the lower tiers are read
   */
  warm(namespace: Namespace, keys: readonly string[], load?: (key: string) => unknown, options?: WarmOptions): Promise<WarmReport> {
    const stateOf = (key: string) => this.#namespaces.of(namespace, key);
    const loadOne = async (key: string) => {
      const state = stateOf(key);
      const loader = load ?? state.rules.warm;
      if (loader) await this.#missHandler.handle(state, key, () => loader(key), {});
      else if ((await this.#missHandler.lookup(state, key)) === undefined) throw new RangeError('not in any lower tier');
      if (state.memory.peek(key) !== undefined) state.warmedKeys.add(key);
    };
    return warmUp(keys, (key) => stateOf(key).holds(key, this.#now()), loadOne, options);
  }

  /** Changes a namespace's options at run time. Entries stay as far as the new budget allows. */
  configure(namespace: Namespace, changes: NamespaceOptions): void {
    this.#namespaces.configure(namespace, changes);
  }

  /**
   * Replaces the operators' settings of all namespaces; they override `namespaces` and `configure`. Settings left out return to those.
   * Unknown namespaces are ignored.
   *
   * @throws RangeError when the budgets exceed the memory; nothing is changed then
   */
  override(settings: Readonly<Record<string, NamespaceSettings>>): void {
    this.#namespaces.override(settings);
  }

  /** Applies other instances' invalidations now instead of at the next interval. Never rejects. */
  synchronise(): Promise<void> {
    return this.#sync.run();
  }

  /** Which tier below memory is failing, as text; undefined while all work. */
  get degradedReason(): string | undefined {
    if (this.#guard && this.#guard.breaker.state !== 'closed') return 'Redis does not answer';
    // Half open means not tried since. Redis is tried periodically; writes and the cold tier only when there is something to write or read.
    if (this.#guard?.writes.state === 'open') return 'Redis takes no writes';
    return this.#cold?.breaker.state === 'open' ? 'the cold tier does not answer' : undefined;
  }

  /** The state of a key in memory and Redis; counts no use. Never rejects. */
  async explain(namespace: Namespace, key: string) {
    const state = this.#namespaces.of(namespace, key);
    const entry = await this.#missHandler.inspect(state, key);
    const redis = entry && { tags: entry.tags, freshForSeconds: (entry.freshUntilMs - this.#now()) / 1_000 };
    return { memory: state.explain(key, this.#now()), redis: redis ?? null };
  }

  /** Current statistics, for operators. */
  stats() {
    return {
      bytes: this.bytes,
      budgetBytes: this.#options.memory?.maxBytes ?? this.#namespaces.all().reduce((sum, { rules }) => sum + rules.maxBytes, 0),
      redis: this.#guard?.breaker.state ?? ('absent' as const),
      redisWrites: this.#guard?.writes.state ?? ('absent' as const),
      cold: this.#cold?.breaker.state ?? ('absent' as const),
      pendingInvalidations: this.#sync.pending.size,
      namespaces: this.#namespaces.stats(),
    };
  }

  /** Stops timers and waits for background work. The Redis connection and the channel stay open. */
  async close(): Promise<void> {
    clearInterval(this.#cleanup);
    for (const unwatch of this.#unwatch) unwatch();
    await this.#missHandler.settled();
    await this.#sync.close();
    this.#guard?.close();
  }

  async #set(state: NamespaceState, key: string, value: unknown, options: WrapOptions): Promise<void> {
    state.invalidateKey(key);
    const inFlight = state.loadsInFlight.open(key);
    try {
      const entry = this.#missHandler.entryOf(state, key, value, options);
      const stored = await this.#store(state, key, entry);
      if (!inFlight.invalidated) state.put(key, entry);
      await this.#sync.announce(state.name, key, stored);
    } finally {
      state.loadsInFlight.finish(inFlight);
    }
  }

  async #store(state: NamespaceState, key: string, entry: Entry): Promise<boolean> {
    if (!this.#tier || state.rules.tiers === 'memory') return true;
    const stamp = await this.#tier.stamp(state.name, entry.tags);
    if (stamp === RedisGuard.unavailable) return false;
    try {
      const sealed = await this.#tier.seal(stamp, entry, state.rules.compression);
      const entryKey = { namespace: state.name, key };
      return (await this.#tier.write(entryKey, sealed, keepMs(entry, this.#now(), state.rules.idleSeconds))) !== RedisGuard.unavailable;
    } catch (error) {
      this.#reportError('l2', 'seal', error);
      return false;
    }
  }

  #invalidate(operation: Operation, target: InvalidationTarget): Promise<void> {
    this.#namespaces.invalidate(target);
    return this.#timed(operation, this.#tier ? 'l2' : 'l1', this.#sync.broadcast(target));
  }

  /** Times one read in 256: reading the clock costs as much as the hit itself. */
  #inMemory(state: NamespaceState, key: string): Entry | undefined {
    if (--this.#untilTimed >= 0) return state.fresh(key, this.#now());
    this.#untilTimed = 255;
    const sinceMs = performance.now();
    const entry = state.fresh(key, this.#now());
    this.#metrics.observe('get', 'l1', sinceMs);
    return entry;
  }

  async #timed<T>(operation: Operation, tier: Tier, work: Promise<T>): Promise<T> {
    const sinceMs = performance.now();
    try {
      return await work;
    } finally {
      this.#metrics.observe(operation, tier, sinceMs);
    }
  }

  /** The lowest tier that an operation on this namespace reaches. */
  #lowestTier(state: NamespaceState): Tier {
    return this.#tier && state.rules.tiers !== 'memory' ? 'l2' : 'l1';
  }

  #reportError(tier: TierError['tier'], operation: string, error: unknown): void {
    this.#metrics.failed(operation, tier);
    this.#options.onError?.({ tier, operation, error });
  }

  #openRedisTier(guard: RedisGuard): RedisTier {
    const onCorruptEntry = (error: unknown) => this.#reportError('l2', 'read', error);
    const hasCold = this.#options.cold !== undefined;
    return new RedisTier({ guard, keys: redisKeys(this.#options.service), now: this.#now, maxValueBytes, hasCold, onCorruptEntry });
  }

  #watch(): readonly (() => void)[] {
    const { breaker, writes } = this.#guard ?? {};
    if (breaker) this.#metrics.watchBreaker('l2', () => breaker.state);
    if (writes) this.#metrics.watchBreaker('l2_writes', () => writes.state);
    if (this.#cold) this.#metrics.watchBreaker('l3', () => this.#cold?.breaker.state ?? 'closed');
    const warming = () => this.#namespaces.warmingCounts();
    return [this.#metrics.watchMemory(() => this.bytes), this.#metrics.warming.watch(warming)];
  }

  #openNamespace(name: string, rules: NamespaceRules, arm?: keyof ArmRules): NamespaceState {
    const onEvicted = (state: NamespaceState, key: string, entry: Entry, hits: number) => {
      this.#renewIdleTime(state, key, entry);
      if (hits >= minUsesToDemote) this.#missHandler.demote(state, key);
    };
    return new NamespaceState({ name, arm, rules, syncStatus: this.#sync, metrics: this.#metrics, onEvicted });
  }

  /** Restarts the idle time in Redis of an entry that was read and then evicted from memory. */
  #renewIdleTime(state: NamespaceState, key: string, entry: Entry): void {
    if (!this.#tier || state.rules.idleSeconds === undefined || state.rules.tiers === 'memory') return;
    const remainingMs = keepMs(entry, this.#now(), state.rules.idleSeconds);
    if (remainingMs > 0) this.#missHandler.runInBackground('demote', this.#tier.touch({ namespace: state.name, key }, remainingMs));
  }
}
