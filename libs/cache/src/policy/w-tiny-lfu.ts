import { FrequencySketch } from './frequency-sketch.ts';
import type { EvictionPolicy } from './policy.ts';
import { SlotColumn } from './slot-column.ts';
import { SlotLists } from './slot-lists.ts';

const window = 0;
const probation = 1;
const protectedList = 2;
const protectedShare = 0.8;

export interface WTinyLfuOptions {
  readonly name?: string;
  /** The share of the capacity that newcomers hold by recency alone, 0 to 1. */
  readonly windowShare?: number;
  /** How long fame lasts, in multiples of the number of entries. */
  readonly memory?: number;
}

/**
 * A small window by recency before a main part that one enters only by being asked for more often than whoever would have to go.
 * @see Einziger, Friedman, Manes 2017, "TinyLFU: A Highly Efficient Cache Admission Policy"
 */
export class WTinyLfuPolicy implements EvictionPolicy {
  readonly name: string;
  readonly #lists = new SlotLists(3);
  readonly #hashes = new SlotColumn();
  readonly #windowShare: number;
  readonly #memory: number;
  #sketch: FrequencySketch;
  #capacity: number;

  constructor(capacity: number, { name = 'w-tiny-lfu', windowShare = 0.01, memory = 10 }: WTinyLfuOptions = {}) {
    this.name = name;
    this.#capacity = capacity;
    this.#windowShare = windowShare;
    this.#memory = memory;
    this.#sketch = new FrequencySketch(64, 64 * memory);
  }

  add(slot: number, hash: number, cost: number): void {
    this.#hashes.set(slot, hash);
    this.#lists.pushFront(window, slot, cost);
    this.#widen();
    this.#sketch.add(hash);
    while (this.#lists.total(window) > this.#windowLimit() && this.#mainHasRoom()) this.#lists.move(this.#lists.tail(window), probation);
  }

  hit(slot: number): void {
    this.#sketch.add(this.#hashes.get(slot));
    if (this.#lists.ownerOf(slot) === probation) this.#protect(slot);
    else this.#lists.toFront(slot);
  }

  evict(): number {
    if (this.#lists.total(window) <= this.#windowLimit()) return this.#pop();
    const candidate = this.#lists.tail(window);
    const victim = this.#lists.tail(probation) >= 0 ? this.#lists.tail(probation) : this.#lists.tail(protectedList);
    if (victim < 0) return this.#lists.pop(window);
    if (this.#frequency(candidate) <= this.#frequency(victim)) return this.#lists.pop(window);
    this.#lists.move(candidate, probation);
    this.#lists.remove(victim);
    return victim;
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(probation, window, protectedList);
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
  }

  #protect(slot: number): void {
    this.#lists.move(slot, protectedList);
    const limit = protectedShare * (1 - this.#windowShare) * this.#capacity;
    while (this.#lists.total(protectedList) > limit) this.#lists.move(this.#lists.tail(protectedList), probation);
  }

  #windowLimit(): number {
    return Math.max(1, this.#windowShare * this.#capacity);
  }

  /** Until the main part is full, whoever leaves the window enters it unquestioned. */
  #mainHasRoom(): boolean {
    const main = this.#lists.total(probation) + this.#lists.total(protectedList);
    return main + this.#lists.costOf(this.#lists.tail(window)) <= this.#capacity - this.#windowLimit();
  }

  #pop(): number {
    for (const list of [probation, protectedList, window]) if (this.#lists.count(list) > 0) return this.#lists.pop(list);
    return -1;
  }

  #frequency(slot: number): number {
    return this.#sketch.estimate(this.#hashes.get(slot));
  }

  /** The sketch grows with the number of entries, which a budget in bytes does not tell beforehand. Residents keep their fame. */
  #widen(): void {
    const entries = this.#lists.count(window) + this.#lists.count(probation) + this.#lists.count(protectedList);
    const narrow = this.#sketch;
    narrow.period = this.#memory * Math.max(64, entries);
    if (2 * entries <= narrow.width) return;
    this.#sketch = new FrequencySketch(4 * entries, narrow.period);
    for (const slot of this.order()) {
      const hash = this.#hashes.get(slot);
      for (let seen = narrow.estimate(hash); seen > 0; seen--) this.#sketch.add(hash);
    }
  }
}
