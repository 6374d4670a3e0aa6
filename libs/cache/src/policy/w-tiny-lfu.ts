import { EntryColumn, EntryLists } from './entry-lists.ts';
import { FrequencySketch } from './frequency-sketch.ts';
import type { EvictionPolicy } from './policy.ts';

const window = 0;
const probation = 1;
const protectedList = 2;
const protectedShare = 0.8;

export interface WTinyLfuOptions {
  readonly name?: string;
  /** Share of the capacity for the LRU window, 0 to 1. */
  readonly windowShare?: number;
  /** Accesses until the frequency counts are halved, in multiples of the number of entries. */
  readonly memory?: number;
}

/**
 * A small LRU window before a main part, which admits an entry only if its frequency exceeds that of the entry it would evict.
 * @see Einziger, Friedman, Manes 2017, "TinyLFU: A Highly Efficient Cache Admission Policy"
 */
export class WTinyLfuPolicy implements EvictionPolicy {
  readonly name: string;
  readonly #lists = new EntryLists(3);
  readonly #hashes = new EntryColumn();
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
    while (this.#lists.total(window) > this.#windowLimit() && this.#mainHasSpace()) this.#lists.move(this.#lists.tail(window), probation);
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

  /** Until the main part is full, entries leaving the window are admitted without a comparison. */
  #mainHasSpace(): boolean {
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

  /** The sketch grows with the number of entries, which a budget in bytes does not determine. Residents keep their counts. */
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
