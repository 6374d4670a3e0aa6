import { hashOf } from './policy/hash.ts';
import type { EvictionPolicy } from './policy/policy.ts';

/** Why an entry was removed. Only `evicted` entries, chosen by the policy, are demoted. */
export type RemovalReason = 'evicted' | 'deleted' | 'replaced';

export interface MemoryStoreOptions<V> {
  readonly maxBytes: number;
  readonly policy: EvictionPolicy;
  readonly onRemoved?: (key: string, value: V, reason: RemovalReason, hits: number) => void;
}

/** Memory charged per entry beyond its value: Map slot, columns of store and policy, the entry's fields. Measured on the heap. */
export const entryOverheadBytes = 320;

/**
 * Entries in this process's memory, never above `maxBytes` by its own estimate. Struct of arrays indexed by slot number; the policy chooses
 * which entry to evict. Values are shared with every reader, not copied: treat them as read-only.
 */
export class MemoryStore<V> {
  readonly #slots = new Map<string, number>();
  readonly #keys: (string | undefined)[] = [];
  readonly #values: (V | undefined)[] = [];
  readonly #sizes: number[] = [];
  readonly #expiries: number[] = [];
  readonly #free: number[] = [];
  readonly #onRemoved: MemoryStoreOptions<V>['onRemoved'];
  #policy: EvictionPolicy;
  /** Hits since the entry was stored, counted up to 255. */
  #hits = new Uint8Array(64);
  #maxBytes: number;
  #bytes = 0;

  constructor(options: MemoryStoreOptions<V>) {
    this.#maxBytes = options.maxBytes;
    this.#policy = options.policy;
    this.#onRemoved = options.onRemoved;
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

  /** The value; counts a hit for the policy. */
  get(key: string): V | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    this.#policy.hit(slot);
    if (this.#hits[slot]! < 255) this.#hits[slot]! += 1;
    return this.#values[slot];
  }

  /** The value; counts nothing. */
  peek(key: string): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  /**
   * @param sizeBytes of key and value; the store adds its own overhead
   * @param expiresAtMs when the entry expires
   * @returns false when the entry is larger than the whole budget or the policy evicted it immediately
   */
  set(key: string, value: V, sizeBytes: number, expiresAtMs = Number.POSITIVE_INFINITY): boolean {
    const cost = sizeBytes + entryOverheadBytes;
    const known = this.#slots.get(key);
    if (cost > this.#maxBytes) {
      if (known !== undefined) this.#removeEntry(known, 'replaced', true);
      return false;
    }
    const sameCost = known !== undefined && this.#sizes[known] === cost;
    if (sameCost && this.#expiries[known] === expiresAtMs) this.#overwrite(known, key, value);
    else this.#insert(known, { key, value, cost, expiresAtMs });
    while (this.#bytes > this.#maxBytes) this.#removeEntry(this.#policy.evict(), 'evicted', false);
    return this.#slots.has(key);
  }

  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#removeEntry(slot, 'deleted', true);
    return true;
  }

  clear(): void {
    for (const slot of [...this.#slots.values()]) this.#removeEntry(slot, 'deleted', true);
  }

  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  /** The keys with the most hits, at most `count`, ties in no order. */
  hottest(count: number): string[] {
    const byUses: string[][] = Array.from({ length: 256 }, () => []);
    for (const [key, slot] of this.#slots) {
      const keys = byUses[this.#hits[slot]!]!;
      if (keys.length < count) keys.push(key);
    }
    return byUses.reverse().flat().slice(0, count);
  }

  /** Hits of an entry, counted up to 255; 0 when absent. */
  hitsOf(key: string): number {
    const slot = this.#slots.get(key);
    return slot === undefined ? 0 : this.#hits[slot]!;
  }

  /** Bytes charged for an entry, including overhead; 0 when absent. */
  bytesOf(key: string): number {
    const slot = this.#slots.get(key);
    return slot === undefined ? 0 : this.#sizes[slot]!;
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#policy.resize(maxBytes);
    while (this.#bytes > maxBytes) this.#removeEntry(this.#policy.evict(), 'evicted', false);
  }

  /** Moves every entry to another policy, in the old policy's eviction order. */
  usePolicy(policy: EvictionPolicy): void {
    for (const slot of this.#policy.order()) {
      policy.add(slot, hashOf(this.#keys[slot]!), this.#sizes[slot]!, this.#expiries[slot]!);
    }
    this.#policy = policy;
  }

  #overwrite(slot: number, key: string, value: V): void {
    const old = this.#values[slot]!;
    this.#values[slot] = value;
    this.#policy.hit(slot);
    this.#onRemoved?.(key, old, 'replaced', this.#hits[slot]!);
  }

  #insert(known: number | undefined, entry: { key: string; value: V; cost: number; expiresAtMs: number }): void {
    const hits = known === undefined ? 0 : this.#hits[known]!;
    if (known !== undefined) this.#removeEntry(known, 'replaced', true);
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = entry.key;
    this.#values[slot] = entry.value;
    this.#sizes[slot] = entry.cost;
    this.#expiries[slot] = entry.expiresAtMs;
    if (slot >= this.#hits.length) this.#grow();
    this.#hits[slot] = hits;
    this.#slots.set(entry.key, slot);
    this.#bytes += entry.cost;
    this.#policy.add(slot, hashOf(entry.key), entry.cost, entry.expiresAtMs);
  }

  #grow(): void {
    const wider = new Uint8Array(2 * this.#hits.length);
    wider.set(this.#hits);
    this.#hits = wider;
  }

  #removeEntry(slot: number, reason: RemovalReason, tellPolicy: boolean): void {
    if (slot < 0) throw new RangeError(`policy ${this.#policy.name} evicted nothing, but the store holds ${this.#slots.size} entries`);
    const key = this.#keys[slot]!;
    const value = this.#values[slot]!;
    const hits = this.#hits[slot]!;
    if (tellPolicy) this.#policy.remove(slot);
    this.#slots.delete(key);
    this.#bytes -= this.#sizes[slot]!;
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    this.#onRemoved?.(key, value, reason, hits);
  }
}
