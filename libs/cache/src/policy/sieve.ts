import type { EvictionPolicy } from './policy.ts';
import { SlotColumn } from './slot-column.ts';
import { SlotLists } from './slot-lists.ts';

/**
 * A queue in order of arrival and a hand that walks it from old to new, sparing once whoever was used since it last came by.
 * @see Zhang, Yang, Yue, Vigfusson, Rashmi 2024, "SIEVE is Simpler than LRU"
 */
export class SievePolicy implements EvictionPolicy {
  readonly name = 'sieve';
  readonly #lists = new SlotLists(1);
  readonly #used = new SlotColumn();
  #hand = -1;

  add(slot: number, _hash: number, cost: number): void {
    this.#used.set(slot, 0);
    this.#lists.pushFront(0, slot, cost);
  }

  hit(slot: number): void {
    this.#used.set(slot, 1);
  }

  evict(): number {
    let slot = this.#hand >= 0 ? this.#hand : this.#lists.tail(0);
    while (slot >= 0 && this.#used.get(slot) === 1) {
      this.#used.set(slot, 0);
      const newer = this.#lists.towardsHead(slot);
      slot = newer >= 0 ? newer : this.#lists.tail(0);
    }
    this.#hand = slot;
    if (slot >= 0) this.remove(slot);
    return slot;
  }

  remove(slot: number): void {
    if (slot === this.#hand) this.#hand = this.#lists.towardsHead(slot);
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(0);
  }

  resize(): void {}
}
