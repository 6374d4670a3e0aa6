import type { CacheMetrics, Tally } from './cache-metrics.ts';
import type { Entry } from './envelope.ts';
import { Flights } from './flights.ts';
import { type Leaving, MemoryStore } from './memory-store.ts';
import type { Rules } from './options.ts';
import { AdaptivePolicy } from './policy/adaptive.ts';
import { makePolicy } from './policy/strategies.ts';
import { sizeOf } from './size-of.ts';
import { TagIndex } from './tag-index.ts';
import { Warmth } from './warming.ts';
import type { WarmingCounts } from './warming-metrics.ts';

/** Until when what this instance remembers is known to be free of missed invalidations; see Synchroniser. */
export interface Trust {
  readonly untilMs: number;
  readonly maxStalenessMs: number;
}

export interface RoomOptions {
  readonly name: string;
  readonly rules: Rules;
  readonly trust: Trust;
  readonly metrics: CacheMetrics;
  /** A used entry had to go for lack of room. */
  readonly onEvicted: (room: Room, key: string, entry: Entry, hits: number) => void;
}

const sweepStep = 2_000;

/** One namespace in this process: its memory, its rules, its work under way. */
export class Room {
  readonly name: string;
  readonly flights = new Flights();
  readonly refreshes = new Flights();
  readonly memory: MemoryStore<Entry>;
  readonly tags = new TagIndex();
  readonly warmth = new Warmth();
  loads = 0;
  loadFailures = 0;
  staleServed = 0;
  rules: Rules;
  l1: Tally;
  l2: Tally;
  l3: Tally;
  #sweeping: IterableIterator<string> | undefined;
  readonly #trust: Trust;
  readonly #metrics: CacheMetrics;

  constructor({ name, rules, trust, metrics, onEvicted }: RoomOptions) {
    this.name = name;
    this.rules = rules;
    this.#trust = trust;
    this.#metrics = metrics;
    this.l1 = metrics.tally('l1', rules.strategy, name);
    this.l2 = metrics.tally('l2', rules.strategy, name);
    this.l3 = metrics.tally('l3', rules.strategy, name);
    const onLeave = (key: string, entry: Entry, why: Leaving, hits: number) => {
      this.tags.remove(key, entry.tags);
      if (why !== 'replaced') this.warmth.lost(key);
      if (why === 'room' && hits > 0) onEvicted(this, key, entry, hits);
    };
    this.memory = new MemoryStore({ maxBytes: rules.maxBytes, policy: makePolicy(rules.strategy, rules.maxBytes), onLeave });
  }

  /** What memory may serve now without a second thought, counted. */
  fresh(key: string, nowMs: number): Entry | undefined {
    const entry = this.memory.get(key);
    if (entry !== undefined && nowMs < entry.freshUntilMs && this.#trusted(entry, nowMs)) {
      this.l1.hits += 1;
      if (this.warmth.waits) this.warmth.saw(key);
      return entry;
    }
    this.l1.misses += 1;
    return undefined;
  }

  /** Whether memory could serve a key as it is; leaves no trace. */
  holds(key: string, nowMs: number): boolean {
    const entry = this.stale(key, nowMs);
    return entry !== undefined && nowMs < entry.freshUntilMs;
  }

  /** What memory may still serve while it is being replaced. */
  stale(key: string, nowMs: number): Entry | undefined {
    const entry = this.memory.peek(key);
    return entry !== undefined && nowMs < entry.deadAtMs && this.#trusted(entry, nowMs) ? entry : undefined;
  }

  put(key: string, entry: Entry): void {
    const bytes = sizeOf(entry.value) + 2 * key.length + 96 * entry.tags.length;
    if (this.memory.set(key, entry, bytes, entry.deadAtMs)) this.tags.add(key, entry.tags);
  }

  forgetKey(key: string): void {
    this.memory.delete(key);
    this.flights.spoil(key);
    this.refreshes.spoil(key);
  }

  forgetTag(tag: string): void {
    for (const key of this.tags.keysOf(tag)) this.memory.delete(key);
    // The tags of what is under way may not be known yet.
    this.flights.spoilAll();
    this.refreshes.spoilAll();
  }

  forgetAll(): void {
    this.memory.clear();
    this.flights.spoilAll();
    this.refreshes.spoilAll();
  }

  /** Drops what is dead, so that it does not wait for the policy to find it. A step at a time: it shares the event loop with requests. */
  cleanUp(nowMs: number): void {
    this.#sweeping ??= this.memory.keys();
    for (let step = 0; step < sweepStep; step++) {
      const { value: key, done } = this.#sweeping.next();
      if (done) {
        this.#sweeping = undefined;
        return;
      }
      if ((this.memory.peek(key)?.deadAtMs ?? nowMs) <= nowMs) this.memory.delete(key);
    }
    setImmediate(() => this.cleanUp(nowMs)).unref();
  }

  adopt(rules: Rules): void {
    if (rules.strategy !== this.rules.strategy) this.memory.usePolicy(makePolicy(rules.strategy, rules.maxBytes));
    if (rules.maxBytes !== this.memory.maxBytes) this.memory.resize(rules.maxBytes);
    this.rules = rules;
    this.l1 = this.#metrics.tally('l1', rules.strategy, this.name);
    this.l2 = this.#metrics.tally('l2', rules.strategy, this.name);
    this.l3 = this.#metrics.tally('l3', rules.strategy, this.name);
  }

  /** What is known of one key here, for an operator who asks why. */
  explain(key: string, nowMs: number) {
    const entry = this.memory.peek(key);
    if (entry === undefined) return { resident: false as const, loading: this.flights.has(key) };
    return {
      resident: true as const,
      loading: this.flights.has(key),
      hits: this.memory.hitsOf(key),
      bytes: this.memory.bytesOf(key),
      tags: entry.tags,
      ageSeconds: (nowMs - entry.storedAtMs) / 1_000,
      freshForSeconds: (entry.freshUntilMs - nowMs) / 1_000,
      deadInSeconds: (entry.deadAtMs - nowMs) / 1_000,
      trusted: this.#trusted(entry, nowMs),
    };
  }

  warmingCounts(): WarmingCounts {
    return { namespace: this.name, reads: this.l1.hits + this.l1.misses, ...this.warmth.counts() };
  }

  stats() {
    const { memory, rules, l1, l2, l3, loads, loadFailures, staleServed } = this;
    return {
      strategy: rules.strategy,
      rules: { ...rules, warm: rules.warm !== undefined },
      entries: memory.count,
      bytes: memory.bytes,
      loads,
      loadFailures,
      staleServed,
      loading: this.flights.count,
      warmed: this.warmth.counts(),
      policy: memory.policy instanceof AdaptivePolicy ? memory.policy.current : memory.policy.name,
      /** What each policy would have hit of the same traffic, by a sample; empty while everything fits. */
      wouldHaveHit: memory.policy instanceof AdaptivePolicy ? memory.policy.ratios() : {},
      l1: countsOf(l1),
      l2: countsOf(l2),
      l3: countsOf(l3),
    };
  }

  #trusted(entry: Entry, nowMs: number): boolean {
    return nowMs <= this.#trust.untilMs || nowMs <= entry.storedAtMs + this.#trust.maxStalenessMs;
  }
}

const countsOf = ({ hits, misses }: Tally): Tally => ({ hits, misses });
