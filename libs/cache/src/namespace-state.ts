import type { ExperimentArm } from '#contracts';
import type { CacheMetrics, Tally, Tier } from './cache-metrics.ts';
import type { Entry } from './envelope.ts';
import { GrowingTtl } from './growing-ttl.ts';
import { InFlightLoads } from './in-flight-loads.ts';
import { MemoryStore, type RemovalReason } from './memory-store.ts';
import type { NamespaceRules } from './options.ts';
import { AdaptivePolicy } from './policy/adaptive.ts';
import { makePolicy } from './policy/strategies.ts';
import { sizeOf } from './size-of.ts';
import { TagIndex } from './tag-index.ts';
import { WarmedKeys } from './warming.ts';

/** Up to when this instance has received every invalidation; see InvalidationSync. */
export interface SyncStatus {
  readonly inSyncUntilMs: number;
  readonly maxStalenessMs: number;
}

export interface NamespaceStateOptions {
  readonly name: string;
  /** Half of the owners of a namespace that is under an experiment. */
  readonly arm?: ExperimentArm | undefined;
  readonly rules: NamespaceRules;
  readonly syncStatus: SyncStatus;
  readonly metrics: CacheMetrics;
  /** The policy evicted an entry that had been read. */
  readonly onEvicted: (state: NamespaceState, key: string, entry: Entry, hits: number) => void;
}

const cleanUpBatch = 2_000;

/** One namespace in this process, or one arm of it: its memory store, rules, counters and loads in flight. */
export class NamespaceState {
  readonly name: string;
  readonly loadsInFlight = new InFlightLoads();
  readonly refreshes = new InFlightLoads();
  readonly memory: MemoryStore<Entry>;
  readonly tags = new TagIndex();
  readonly warmedKeys = new WarmedKeys();
  loads = 0;
  loadFailures = 0;
  staleServed = 0;
  /** Entries that the policy removed to make room. */
  evictions = 0;
  rules: NamespaceRules;
  l1: Tally;
  l2: Tally;
  l3: Tally;
  #cleanUpCursor: IterableIterator<string> | undefined;
  #growingTtl: GrowingTtl | undefined;
  readonly #arm: ExperimentArm | undefined;
  readonly #syncStatus: SyncStatus;
  readonly #metrics: CacheMetrics;

  constructor({ name, arm, rules, syncStatus, metrics, onEvicted }: NamespaceStateOptions) {
    this.name = name;
    this.#arm = arm;
    this.rules = rules;
    this.#growTtl();
    this.#syncStatus = syncStatus;
    this.#metrics = metrics;
    [this.l1, this.l2, this.l3] = this.#tallies();
    const onRemoved = (key: string, entry: Entry, reason: RemovalReason, hits: number) => {
      this.tags.remove(key, entry.tags);
      if (reason !== 'replaced') this.warmedKeys.onRemoved(key);
      if (reason === 'evicted') this.evictions += 1;
      if (reason === 'evicted' && hits > 0) onEvicted(this, key, entry, hits);
    };
    this.memory = new MemoryStore({ maxBytes: rules.maxBytes, policy: makePolicy(rules.strategy, rules.maxBytes), onRemoved });
  }

  /** The entry if it is fresh and in sync; counts a hit or a miss. */
  fresh(key: string, nowMs: number): Entry | undefined {
    this.#growingTtl?.onRead(key);
    const entry = this.memory.get(key);
    if (entry !== undefined && nowMs < entry.freshUntilMs && this.#isInSync(entry, nowMs)) {
      this.l1.hits += 1;
      if (this.warmedKeys.hasUnread) this.warmedKeys.onRead(key);
      return entry;
    }
    this.l1.misses += 1;
    return undefined;
  }

  /** Whether memory holds a fresh entry; counts nothing. */
  holds(key: string, nowMs: number): boolean {
    const entry = this.stale(key, nowMs);
    return entry !== undefined && nowMs < entry.freshUntilMs;
  }

  /** The entry if it may still be served, fresh or stale; counts nothing. */
  stale(key: string, nowMs: number): Entry | undefined {
    const entry = this.memory.peek(key);
    return entry !== undefined && nowMs < entry.deadAtMs && this.#isInSync(entry, nowMs) ? entry : undefined;
  }

  /** The lifetime of an entry that is stored now, in seconds. */
  ttlSecondsOf(key: string): number {
    return this.#growingTtl?.secondsOf(key) ?? this.rules.ttlSeconds;
  }

  put(key: string, entry: Entry): void {
    const bytes = sizeOf(entry.value) + 2 * key.length + 96 * entry.tags.length;
    if (this.memory.set(key, entry, bytes, entry.deadAtMs)) this.tags.add(key, entry.tags);
  }

  invalidateKey(key: string): void {
    this.memory.delete(key);
    this.loadsInFlight.invalidate(key);
    this.refreshes.invalidate(key);
  }

  invalidateTag(tag: string): void {
    for (const key of this.tags.keysOf(tag)) this.memory.delete(key);
    // The tags of a load in flight are not known until it ends.
    this.loadsInFlight.invalidateAll();
    this.refreshes.invalidateAll();
  }

  invalidateAll(): void {
    this.memory.clear();
    this.loadsInFlight.invalidateAll();
    this.refreshes.invalidateAll();
  }

  /** Removes expired entries in batches, yielding to the event loop between them. */
  cleanUp(nowMs: number): void {
    this.#cleanUpCursor ??= this.memory.keys();
    for (let step = 0; step < cleanUpBatch; step++) {
      const { value: key, done } = this.#cleanUpCursor.next();
      if (done) {
        this.#cleanUpCursor = undefined;
        return;
      }
      if ((this.memory.peek(key)?.deadAtMs ?? nowMs) <= nowMs) this.memory.delete(key);
    }
    setImmediate(() => this.cleanUp(nowMs)).unref();
  }

  adopt(rules: NamespaceRules): void {
    if (rules.strategy !== this.rules.strategy) this.memory.usePolicy(makePolicy(rules.strategy, rules.maxBytes));
    if (rules.maxBytes !== this.memory.maxBytes) this.memory.resize(rules.maxBytes);
    this.rules = rules;
    this.#growTtl();
    [this.l1, this.l2, this.l3] = this.#tallies();
  }

  /** The state of one key in this process, for operators. */
  explain(key: string, nowMs: number) {
    const entry = this.memory.peek(key);
    if (entry === undefined) return { resident: false as const, loading: this.loadsInFlight.has(key) };
    return {
      resident: true as const,
      loading: this.loadsInFlight.has(key),
      hits: this.memory.hitsOf(key),
      bytes: this.memory.bytesOf(key),
      tags: entry.tags,
      ageSeconds: (nowMs - entry.storedAtMs) / 1_000,
      freshForSeconds: (entry.freshUntilMs - nowMs) / 1_000,
      deadInSeconds: (entry.deadAtMs - nowMs) / 1_000,
      trusted: this.#isInSync(entry, nowMs),
    };
  }

  stats() {
    const { memory, rules, l1, l2, l3, loads, loadFailures, staleServed, evictions } = this;
    return {
      strategy: rules.strategy,
      rules: { ...rules, warm: rules.warm !== undefined },
      entries: memory.count,
      bytes: memory.bytes,
      loads,
      loadFailures,
      staleServed,
      evictions,
      loading: this.loadsInFlight.count,
      warmed: this.warmedKeys.counts(),
      policy: memory.policy instanceof AdaptivePolicy ? memory.policy.current : memory.policy.name,
      /** Hit ratio of each candidate policy on a sample of the same traffic; empty while nothing has been evicted. */
      wouldHaveHit: memory.policy instanceof AdaptivePolicy ? memory.policy.ratios() : {},
      l1: countsOf(l1),
      l2: countsOf(l2),
      l3: countsOf(l3),
    };
  }

  #tallies(): [Tally, Tally, Tally] {
    const of = (tier: Tier) => this.#metrics.tally({ tier, strategy: this.rules.strategy, namespace: this.name, arm: this.#arm });
    return [of('l1'), of('l2'), of('l3')];
  }

  /** Keeps the counts when only the range changes. */
  #growTtl(): void {
    const range = { min: this.rules.ttlSeconds, max: this.rules.ttlMaxSeconds };
    if (range.max === range.min) this.#growingTtl = undefined;
    else if (this.#growingTtl) this.#growingTtl.range = range;
    else this.#growingTtl = new GrowingTtl(range);
  }

  #isInSync(entry: Entry, nowMs: number): boolean {
    return nowMs <= this.#syncStatus.inSyncUntilMs || nowMs <= entry.storedAtMs + this.#syncStatus.maxStalenessMs;
  }
}

const countsOf = ({ hits, misses }: Tally): Tally => ({ hits, misses });
