import { EntryColumn, EntryLists } from './entry-lists.ts';
import type { EvictionPolicy } from './policy.ts';

/**
 * A FIFO queue with a hand that moves from old to new and spares once each entry that was hit since its last pass.
 * @see Zhang, Yang, Yue, Vigfusson, Rashmi 2024, "SIEVE is Simpler than LRU"
 */
export class SievePolicy implements EvictionPolicy {
  readonly name = 'sieve';
  readonly #lists = new EntryLists(1);
  readonly #used = new EntryColumn();
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
