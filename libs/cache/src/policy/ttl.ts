import type { EvictionPolicy } from './policy.ts';
import { SlotColumn } from './slot-column.ts';

/** Loses whoever dies soonest anyway. A binary heap over slots, by time of death. */
export class TtlPolicy implements EvictionPolicy {
  readonly name = 'ttl';
  readonly #heap: number[] = [];
  readonly #places = new SlotColumn();
  readonly #deaths = new SlotColumn();

  add(slot: number, _hash: number, _cost: number, expiresAtMs: number): void {
    this.#deaths.set(slot, expiresAtMs);
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
    return [...this.#heap].sort((left, right) => this.#deaths.get(left) - this.#deaths.get(right));
  }

  resize(): void {}

  #rise(from: number): void {
    const slot = this.#heap[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#deathAt(parent) <= this.#deaths.get(slot)) break;
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
      if (child + 1 < this.#heap.length && this.#deathAt(child + 1) < this.#deathAt(child)) child += 1;
      if (this.#deathAt(child) >= this.#deaths.get(slot)) break;
      this.#put(place, this.#heap[child]!);
      place = child;
    }
    this.#put(place, slot);
  }

  #put(place: number, slot: number): void {
    this.#heap[place] = slot;
    this.#places.set(slot, place);
  }

  #deathAt(place: number): number {
    return this.#deaths.get(this.#heap[place]!);
  }
}
