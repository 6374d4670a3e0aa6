import type { EvictionPolicy } from './policy.ts';
import { SlotLists } from './slot-lists.ts';

/** Loses whoever was used longest ago. */
export class LruPolicy implements EvictionPolicy {
  readonly name = 'lru';
  readonly #lists = new SlotLists(1);

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
