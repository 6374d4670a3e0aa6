import { EntryColumn } from './entry-lists.ts';
import type { EvictionPolicy } from './policy.ts';

/** Evicts the entry that expires first. A binary heap of slots by expiry. */
export class TtlPolicy implements EvictionPolicy {
  readonly name = 'ttl';
  readonly #heap: number[] = [];
  readonly #places = new EntryColumn();
  readonly #expiries = new EntryColumn();

  add(slot: number, _hash: number, _cost: number, expiresAtMs: number): void {
    this.#expiries.set(slot, expiresAtMs);
    this.#heap.push(slot);
    this.#rise(this.#heap.length - 1);
  }

  hit(): void {}

  evict(): number {
    const slot = this.#heap[0] ?? -1;
    if (slot >= 0) this.remove(slot);
    return slot;
  }

  remove(slot: number): void {
    const place = this.#places.get(slot);
    if (this.#heap[place] !== slot) return;
    const last = this.#heap.pop()!;
    if (last === slot) return;
    this.#put(place, last);
    this.#rise(place);
    this.#sink(this.#places.get(last));
  }

  order(): number[] {
    return [...this.#heap].sort((left, right) => this.#expiries.get(left) - this.#expiries.get(right));
  }

  resize(): void {}

  #rise(from: number): void {
    const slot = this.#heap[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#expiryAt(parent) <= this.#expiries.get(slot)) break;
      this.#put(place, this.#heap[parent]!);
      place = parent;
    }
    this.#put(place, slot);
  }

  #sink(from: number): void {
    const slot = this.#heap[from]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && this.#expiryAt(child + 1) < this.#expiryAt(child)) child += 1;
      if (this.#expiryAt(child) >= this.#expiries.get(slot)) break;
      this.#put(place, this.#heap[child]!);
      place = child;
    }
    this.#put(place, slot);
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#places.set(slot, place);
  }

  #expiryAt(place: number): number {
    return this.#expiries.get(this.#heap[place]!);
  }
}
