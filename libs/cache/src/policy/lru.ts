import { EntryLists } from './entry-lists.ts';
import type { EvictionPolicy } from './policy.ts';

/** Evicts the least recently used entry. */
export class LruPolicy implements EvictionPolicy {
  readonly name = 'lru';
  readonly #lists = new EntryLists(1);

  add(slot: number, _hash: number, cost: number): void {
    this.#lists.pushFront(0, slot, cost);
  }

  hit(slot: number): void {
    this.#lists.toFront(slot);
  }

  evict(): number {
    return this.#lists.pop(0);
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(0);
  }

  resize(): void {}
}
