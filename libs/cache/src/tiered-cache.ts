import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import { type CacheMetrics, metricsOf, type Operation, type Tier } from './cache-metrics.ts';
import { ColdGuard } from './cold-tier.ts';
import { Cooler } from './cooler.ts';
import type { Entry } from './envelope.ts';
import { Filler } from './filler.ts';
import type { InvalidationTarget } from './invalidation.ts';
import { InvalidationLog } from './invalidation-log.ts';
import { redisKeys } from './keys.ts';
import { keepMs } from './lifetimes.ts';
import type { NamespaceOptions, NamespaceSettings, Rules, TieredCacheOptions, Trouble, WrapOptions } from './options.ts';
import { RedisGuard } from './redis-guard.ts';
import { RedisTier } from './redis-tier.ts';
import { Room } from './room.ts';
import { rulesOf } from './rules.ts';
import { Synchroniser } from './synchroniser.ts';
import { type WarmOptions, type WarmReport, warmUp } from './warming.ts';

/** After so many uses an entry that memory gives up is worth a copy in the cold tier. */
const usesWorthCooling = 2;
/** Nothing larger goes to Redis or is unpacked from it. */
const maxValueBytes = 16 * 1_024 * 1_024;

/**
 * The one cache of a service: memory over Redis over a cold tier behind `wrap`. A tier that is away, slow, full or talks nonsense is skipped; only the loader's
 * own failure ever reaches the caller. `null`, `0`, `''` and `false` are values like any other; `undefined` means "not cached".
 * Values are shared between readers: treat what you get as read-only.
 */
export class TieredCache<Namespace extends string = string> {
  readonly #rooms = new Map<string, Room>();
  readonly #options: TieredCacheOptions<Namespace>;
  readonly #now: () => number;
  readonly #guard: RedisGuard | undefined;
  readonly #tier: RedisTier | undefined;
  readonly #cold: ColdGuard | undefined;
  readonly #filler: Filler;
  readonly #synchroniser: Synchroniser;
  readonly #metrics: CacheMetrics;
  readonly #cleanup: NodeJS.Timeout;
  readonly #unwatch: readonly (() => void)[];
  #settings: Readonly<Record<string, NamespaceSettings>> = {};
  #namespaces: Record<string, NamespaceOptions>;
  #untilTimed = 0;

  constructor(options: TieredCacheOptions<Namespace>) {
    this.#options = options;
    this.#namespaces = { ...options.namespaces };
    this.#now = options.now ?? Date.now;
    this.#metrics = metricsOf(options.registry ?? register, options.service);
    const keys = redisKeys(options.service);
    this.#guard =
      options.redis && new RedisGuard({ redis: options.redis, onTrouble: (operation, error) => this.#trouble('l2', operation, error) });
    this.#tier = this.#guard && this.#secondTier(this.#guard);
    this.#cold =
      this.#tier && options.cold
        ? new ColdGuard({ tier: options.cold, onTrouble: (operation, error) => this.#trouble('l3', operation, error) })
        : undefined;
    this.#synchroniser = new Synchroniser({
      service: options.service,
      origin: randomUUID(),
      tier: this.#tier,
      log: this.#guard && new InvalidationLog(this.#guard, keys),
      channel: options.channel,
      maxStalenessMs: options.maxStalenessMs ?? 5_000,
      now: this.#now,
      forget: (target) => this.#forget(target),
      forgetEverything: () => this.#eachRoom((room) => room.forgetAll()),
      onTrouble: (operation, error) => this.#trouble('channel', operation, error),
    });
    this.#filler = new Filler({
      tier: this.#tier,
      cold: this.#cold,
      cooler: this.#tier && this.#cold && new Cooler(this.#tier, this.#cold),
      now: this.#now,
      inDoubt: (namespace, key) => this.#synchroniser.pending.covers(namespace, key),
      onTrouble: (trouble) => this.#trouble(trouble.tier, trouble.operation, trouble.error),
      onLoaded: (sinceMs) => this.#metrics.observe('load', 'l1', sinceMs),
      onColdRead: (sinceMs) => this.#metrics.observe('get', 'l3', sinceMs),
    });
    for (const [name, rules] of rulesOf(this.#namespaces, options)) this.#rooms.set(name, this.#furnish(name, rules));
    this.#unwatch = this.#watch();
    const cleanupMs = (options.memory?.cleanupSeconds ?? 300) * 1_000;
    this.#cleanup = setInterval(() => this.#eachRoom((room) => room.cleanUp(this.#now())), cleanupMs).unref();
    if (this.#tier) void this.#synchroniser.sync();
  }

  /** What memory holds of all namespaces, by estimate. */
  get bytes(): number {
    return [...this.#rooms.values()].reduce((sum, { memory }) => sum + memory.bytes, 0);
  }

  /**
   * The value for a key, loaded at most once however many ask at the same time, in this process or in others.
   *
   * @param load makes the value; `null` is cached as "there is none" for `negativeTtlSeconds`, `undefined` is not cached
   * @throws only what `load` throws
   */
  wrap<T>(namespace: Namespace, key: string, load: () => Promise<T> | T, options: WrapOptions = {}): Promise<T> {
    const room = this.#room(namespace);
    const entry = this.#inMemory(room, key);
    if (entry !== undefined) return Promise.resolve(entry.value as T);
    return this.#filler.fill(room, key, load, options) as Promise<T>;
  }

  /** The cached value, or undefined. Never throws. */
  get<T>(namespace: Namespace, key: string): Promise<T | undefined> {
    const room = this.#room(namespace);
    const entry = this.#inMemory(room, key);
    if (entry !== undefined) return Promise.resolve(entry.value as T);
    return this.#timed('get', this.#farthest(room), this.#filler.look(room, key) as Promise<T | undefined>);
  }

  /** Stores a new truth in every tier and strikes the copies that other instances hold. */
  set(namespace: Namespace, key: string, value: unknown, options: WrapOptions = {}): Promise<void> {
    if (value === undefined) throw new TypeError('undefined cannot be cached; delete the key, or cache null');
    const room = this.#room(namespace);
    return this.#timed('set', this.#farthest(room), this.#set(room, key, value, options));
  }

  /** After this no instance that is reached serves the old value, and no load that began before may store its result. */
  delete(namespace: Namespace, key: string): Promise<void> {
    return this.#invalidate('delete', { kind: 'key', namespace, key });
  }

  /** Strikes everything, in every namespace, that was stored under this tag. */
  invalidateTag(tag: string): Promise<void> {
    return this.#invalidate('invalidate', { kind: 'tag', tag });
  }

  invalidateNamespace(namespace: Namespace): Promise<void> {
    return this.#invalidate('invalidate', { kind: 'namespace', namespace });
  }

  /** The keys of a namespace that are asked for most here: what the next instance should begin with. */
  hottest(namespace: Namespace, count: number): string[] {
    return this.#room(namespace).memory.hottest(count);
  }

  /** The keys that are used most in each namespace here, with their uses since they came (counted up to 255). */
  popularity(count: number) {
    return [...this.#rooms.values()].map(({ name, memory, warmth }) => ({
      namespace: name,
      keys: memory.hottest(count).map((key) => ({ key, uses: memory.hitsOf(key) })),
      warmed: warmth.counts(),
    }));
  }

  /** Sees to it that what is used most here is in the cold tier before Redis lets it go: reads that memory answers do not keep it there. */
  coolHottest(count: number): void {
    this.#eachRoom((room) => {
      for (const key of room.memory.hottest(count)) if (room.memory.hitsOf(key) >= usesWorthCooling) this.#filler.cool(room, key);
    });
  }

  /**
   * Brings keys into memory before anybody asks, the first first. How many of them were of use is in `stats()`. Never rejects.
   *
   * @param load the namespace's own `warm` unless told; without either, only what the lower tiers still hold is fetched
   */
  warm(namespace: Namespace, keys: readonly string[], load?: (key: string) => unknown, options?: WarmOptions): Promise<WarmReport> {
    const room = this.#room(namespace);
    const loader = load ?? room.rules.warm;
    const loadOne = async (key: string) => {
      if (loader) await this.#filler.fill(room, key, () => loader(key), {});
      else if ((await this.#filler.look(room, key)) === undefined) throw new RangeError('nobody has it');
      if (room.memory.peek(key) !== undefined) room.warmth.add(key);
    };
    return warmUp(keys, (key) => room.holds(key, this.#now()), loadOne, options);
  }

  /** Changes how a namespace is kept, while running. Entries stay where the new budget allows. */
  configure(namespace: Namespace, changes: NamespaceOptions): void {
    this.#adopt({ ...this.#namespaces, [namespace]: { ...this.#namespaces[namespace], ...changes } }, this.#settings);
  }

  /**
   * What operators want, for all namespaces at once: it goes before `namespaces` and `configure`, and what it leaves out goes back to them.
   * Namespaces that are not known here are passed over.
   *
   * @throws RangeError when the budgets do not fit into the memory; nothing has changed then
   */
  override(settings: Readonly<Record<string, NamespaceSettings>>): void {
    this.#adopt(this.#namespaces, settings);
  }

  /** Reads now what other instances invalidated, instead of at the next tick. Never rejects. */
  synchronise(): Promise<void> {
    return this.#synchroniser.sync();
  }

  /** What is wrong with the tiers below memory, for a person; undefined while nothing is. */
  get ailing(): string | undefined {
    if (this.#guard && this.#guard.breaker.state !== 'closed') return 'Redis does not answer';
    // Half open means: nobody has tried since. Redis is tried by the clock, these two only when there is something to say.
    if (this.#guard?.writes.state === 'open') return 'Redis takes no writes';
    return this.#cold?.breaker.state === 'open' ? 'the cold tier does not answer' : undefined;
  }

  /** Where a key stands in each tier, without touching it. Never rejects. */
  async explain(namespace: Namespace, key: string) {
    const room = this.#room(namespace);
    const entry = await this.#filler.inspect(room, key);
    const redis = entry && { tags: entry.tags, freshForSeconds: (entry.freshUntilMs - this.#now()) / 1_000 };
    return { memory: room.explain(key, this.#now()), redis: redis ?? null };
  }

  /** Numbers for an operator, as they stand. */
  stats() {
    return {
      bytes: this.bytes,
      budgetBytes: this.#options.memory?.maxBytes ?? [...this.#rooms.values()].reduce((sum, { rules }) => sum + rules.maxBytes, 0),
      redis: this.#guard?.breaker.state ?? ('absent' as const),
      redisWrites: this.#guard?.writes.state ?? ('absent' as const),
      cold: this.#cold?.breaker.state ?? ('absent' as const),
      pendingInvalidations: this.#synchroniser.pending.size,
      namespaces: Object.fromEntries([...this.#rooms].map(([name, room]) => [name, room.stats()])),
    };
  }

  /** Ends timers and background work. The Redis connection and the channel stay open: they were given. */
  async close(): Promise<void> {
    clearInterval(this.#cleanup);
    for (const unwatch of this.#unwatch) unwatch();
    await this.#filler.settled();
    await this.#synchroniser.close();
    this.#guard?.close();
  }

  async #set(room: Room, key: string, value: unknown, options: WrapOptions): Promise<void> {
    room.forgetKey(key);
    const flight = room.flights.open(key);
    try {
      const entry = this.#filler.entryOf(room, value, options);
      const stored = await this.#store(room, key, entry);
      if (!flight.spoiled) room.put(key, entry);
      await this.#synchroniser.announce(room.name, key, stored);
    } finally {
      room.flights.land(flight);
    }
  }

  async #store(room: Room, key: string, entry: Entry): Promise<boolean> {
    if (!this.#tier || room.rules.tiers === 'memory') return true;
    const stamp = await this.#tier.stamp(room.name, entry.tags);
    if (stamp === RedisGuard.unavailable) return false;
    try {
      const sealed = await this.#tier.seal(stamp, entry, room.rules.compression);
      const place = { namespace: room.name, key };
      return (await this.#tier.write(place, sealed, keepMs(entry, this.#now(), room.rules.idleSeconds))) !== RedisGuard.unavailable;
    } catch (error) {
      this.#trouble('l2', 'seal', error);
      return false;
    }
  }

  #invalidate(operation: Operation, target: InvalidationTarget): Promise<void> {
    this.#forget(target);
    return this.#timed(operation, this.#tier ? 'l2' : 'l1', this.#synchroniser.tell(target));
  }

  #forget(target: InvalidationTarget): void {
    if (target.kind === 'tag') this.#eachRoom((room) => room.forgetTag(target.tag));
    else if (target.kind === 'key') this.#rooms.get(target.namespace)?.forgetKey(target.key);
    else this.#rooms.get(target.namespace)?.forgetAll();
  }

  /** One read in 256 is timed: the clock costs as much as the read. */
  #inMemory(room: Room, key: string): Entry | undefined {
    if (--this.#untilTimed >= 0) return room.fresh(key, this.#now());
    this.#untilTimed = 255;
    const sinceMs = performance.now();
    const entry = room.fresh(key, this.#now());
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

  /** The last tier that an operation on this namespace reaches. */
  #farthest(room: Room): Tier {
    return this.#tier && room.rules.tiers !== 'memory' ? 'l2' : 'l1';
  }

  #room(namespace: string): Room {
    const room = this.#rooms.get(namespace);
    if (room === undefined) throw new RangeError(`no cache namespace '${namespace}'`);
    return room;
  }

  #eachRoom(act: (room: Room) => void): void {
    for (const room of this.#rooms.values()) act(room);
  }

  #trouble(tier: Trouble['tier'], operation: string, error: unknown): void {
    this.#metrics.failed(operation, tier);
    this.#options.onTrouble?.({ tier, operation, error });
  }

  #secondTier(guard: RedisGuard): RedisTier {
    const onGarbage = (error: unknown) => this.#trouble('l2', 'read', error);
    const hasCold = this.#options.cold !== undefined;
    return new RedisTier({ guard, keys: redisKeys(this.#options.service), now: this.#now, maxValueBytes, hasCold, onGarbage });
  }

  #adopt(namespaces: Record<string, NamespaceOptions>, settings: Readonly<Record<string, NamespaceSettings>>): void {
    const merged = Object.entries(namespaces).map(([name, own]) => [name, { ...own, ...settings[name] }] as const);
    const rules = rulesOf(Object.fromEntries(merged), this.#options);
    this.#namespaces = namespaces;
    this.#settings = settings;
    for (const [name, rule] of rules) this.#rooms.get(name)?.adopt(rule);
  }

  #watch(): readonly (() => void)[] {
    const { breaker, writes } = this.#guard ?? {};
    if (breaker) this.#metrics.watchBreaker('l2', () => breaker.state);
    if (writes) this.#metrics.watchBreaker('l2_writes', () => writes.state);
    if (this.#cold) this.#metrics.watchBreaker('l3', () => this.#cold?.breaker.state ?? 'closed');
    const warming = () => [...this.#rooms.values()].map((room) => room.warmingCounts());
    return [this.#metrics.watchMemory(() => this.bytes), this.#metrics.warming.watch(warming)];
  }

  #furnish(name: string, rules: Rules): Room {
    const onEvicted = (room: Room, key: string, entry: Entry, hits: number) => {
      this.#demote(room, key, entry);
      if (hits >= usesWorthCooling) this.#filler.cool(room, key);
    };
    return new Room({ name, rules, trust: this.#synchroniser, metrics: this.#metrics, onEvicted });
  }

  /** What was used and lost its place in memory is to be found in Redis for a while: its idle time starts anew there. */
  #demote(room: Room, key: string, entry: Entry): void {
    if (!this.#tier || room.rules.idleSeconds === undefined || room.rules.tiers === 'memory') return;
    const remainingMs = keepMs(entry, this.#now(), room.rules.idleSeconds);
    if (remainingMs > 0) this.#filler.behind('demote', this.#tier.touch({ namespace: room.name, key }, remainingMs));
  }
}
