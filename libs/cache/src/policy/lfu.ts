import { EntryLists } from './entry-lists.ts';
import type { EvictionPolicy } from './policy.ts';

/** Hits are counted up to this. */
const maxUses = 1_023;

/**
 * Evicts the least frequently used entry, among equals the least recently used. One list per hit count, so every operation is O(1).
 * @see Shah, Mitra, Matani 2010, "An O(1) algorithm for implementing the LFU cache eviction scheme"
 */
export class LfuPolicy implements EvictionPolicy {
  readonly name = 'lfu';
  readonly #lists = new EntryLists(maxUses + 1);
  #fewest = 0;

  add(slot: number, _hash: number, cost: number): void {
    this.#lists.pushFront(0, slot, cost);
    this.#fewest = 0;
  }

  hit(slot: number): void {
    const uses = this.#lists.ownerOf(slot);
    if (uses === maxUses) this.#lists.toFront(slot);
    else this.#lists.move(slot, uses + 1);
  }

  evict(): number {
    while (this.#fewest < maxUses && this.#lists.count(this.#fewest) === 0) this.#fewest += 1;
    return this.#lists.pop(this.#fewest);
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(...Array(maxUses + 1).keys());
  }

  resize(): void {}
}
