import { hashOf } from './policy/hash.ts';
import type { EvictionPolicy } from './policy/policy.ts';

/** Why an entry left. `room` is the policy's choice; only that one is worth demoting. */
export type Leaving = 'room' | 'deleted' | 'replaced';

export interface MemoryStoreOptions<V> {
  readonly maxBytes: number;
  readonly policy: EvictionPolicy;
  readonly onLeave?: (key: string, value: V, why: Leaving, hits: number) => void;
}

/** What the store charges an entry beyond its value: a Map slot, the columns of store and policy, the entry's own fields. Measured on the heap. */
export const entryOverheadBytes = 320;

/**
 * Entries in this process's memory, never above `maxBytes` by its own count. Columns over slot numbers; the policy says who leaves.
 * Values are shared with every reader, not copied: treat what you get as read-only.
 */
export class MemoryStore<V> {
  readonly #slots = new Map<string, number>();
  readonly #keys: (string | undefined)[] = [];
  readonly #values: (V | undefined)[] = [];
  readonly #sizes: number[] = [];
  readonly #deaths: number[] = [];
  readonly #free: number[] = [];
  readonly #onLeave: MemoryStoreOptions<V>['onLeave'];
  #policy: EvictionPolicy;
  /** Uses since it came, counted up to 255. */
  #hits = new Uint8Array(64);
  #maxBytes: number;
  #bytes = 0;

  constructor(options: MemoryStoreOptions<V>) {
    this.#maxBytes = options.maxBytes;
    this.#policy = options.policy;
    this.#onLeave = options.onLeave;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  get count(): number {
    return this.#slots.size;
  }

  get policy(): EvictionPolicy {
    return this.#policy;
  }

  /** The value, and a use of it in the policy's eyes. */
  get(key: string): V | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#policy.hit(slot);
    if (this.#hits[slot]! < 255) this.#hits[slot]! += 1;
    return this.#values[slot];
  }

  /** The value, without a trace. */
  peek(key: string): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  /**
   * @param sizeBytes of key and value; the store adds its own overhead
   * @param expiresAtMs when the entry dies by itself
   * @returns false when the entry is larger than the whole budget or the policy turned it away at once
   */
  set(key: string, value: V, sizeBytes: number, expiresAtMs = Number.POSITIVE_INFINITY): boolean {
    const cost = sizeBytes + entryOverheadBytes;
    const known = this.#slots.get(key);
    if (cost > this.#maxBytes) {
      if (known !== undefined) this.#leave(known, 'replaced', true);
      return false;
    }
    const sameCost = known !== undefined && this.#sizes[known] === cost;
    if (sameCost && this.#deaths[known] === expiresAtMs) this.#overwrite(known, key, value);
    else this.#place(known, { key, value, cost, expiresAtMs });
    while (this.#bytes > this.#maxBytes) this.#leave(this.#policy.evict(), 'room', false);
    return this.#slots.has(key);
  }

  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#leave(slot, 'deleted', true);
    return true;
  }

  clear(): void {
    for (const slot of [...this.#slots.values()]) this.#leave(slot, 'deleted', true);
  }

  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  /** The keys that were used most since they came, at most `count`; of those used equally often any. */
  hottest(count: number): string[] {
    const byUses: string[][] = Array.from({ length: 256 }, () => []);
    for (const [key, slot] of this.#slots) {
      const keys = byUses[this.#hits[slot]!]!;
      if (keys.length < count) keys.push(key);
    }
    return byUses.reverse().flat().slice(0, count);
  }

  /** How often a resident entry was used since it came, counted up to 255. */
  hitsOf(key: string): number {
    const slot = this.#slots.get(key);
    return slot === undefined ? 0 : this.#hits[slot]!;
  }

  /** What an entry is charged, its overhead included; 0 when it is not there. */
  bytesOf(key: string): number {
    const slot = this.#slots.get(key);
    return slot === undefined ? 0 : this.#sizes[slot]!;
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#policy.resize(maxBytes);
    while (this.#bytes > maxBytes) this.#leave(this.#policy.evict(), 'room', false);
  }

  /** Hands every entry to another policy, the old one's least wanted first. */
  usePolicy(policy: EvictionPolicy): void {
    for (const slot of this.#policy.order()) {
      policy.add(slot, hashOf(this.#keys[slot]!), this.#sizes[slot]!, this.#deaths[slot]!);
    }
    this.#policy = policy;
  }

  #overwrite(slot: number, key: string, value: V): void {
    const old = this.#values[slot]!;
    this.#values[slot] = value;
    this.#policy.hit(slot);
    this.#onLeave?.(key, old, 'replaced', this.#hits[slot]!);
  }

  #place(known: number | undefined, entry: { key: string; value: V; cost: number; expiresAtMs: number }): void {
    const hits = known === undefined ? 0 : this.#hits[known]!;
    if (known !== undefined) this.#leave(known, 'replaced', true);
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = entry.key;
    this.#values[slot] = entry.value;
    this.#sizes[slot] = entry.cost;
    this.#deaths[slot] = entry.expiresAtMs;
    if (slot >= this.#hits.length) this.#widen();
    this.#hits[slot] = hits;
    this.#slots.set(entry.key, slot);
    this.#bytes += entry.cost;
    this.#policy.add(slot, hashOf(entry.key), entry.cost, entry.expiresAtMs);
  }

  #widen(): void {
    const wider = new Uint8Array(2 * this.#hits.length);
    wider.set(this.#hits);
    this.#hits = wider;
  }

  #leave(slot: number, why: Leaving, tellPolicy: boolean): void {
    if (slot < 0) throw new RangeError(`policy ${this.#policy.name} holds nothing, the store ${this.#slots.size} entries`);
    const key = this.#keys[slot]!;
    const value = this.#values[slot]!;
    const hits = this.#hits[slot]!;
    if (tellPolicy) this.#policy.remove(slot);
    this.#slots.delete(key);
    this.#bytes -= this.#sizes[slot]!;
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    this.#onLeave?.(key, value, why, hits);
  }
}
