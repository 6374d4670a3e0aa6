import { EntryColumn, EntryLists } from './entry-lists.ts';
import { GhostList } from './ghost-list.ts';
import type { EvictionPolicy } from './policy.ts';

const small = 0;
const main = 1;
const smallShare = 0.1;
const maxUses = 3;

/**
 * Three queues: new entries start in a small one, entries with repeated hits circulate in the main one, and a ghost queue of evicted hashes
 * readmits keys to the main queue.
 * @see Yang, Zhang, Qiu, Yue, Vinayak 2023, "FIFO queues are all you need for cache eviction"
 */
export class S3FifoPolicy implements EvictionPolicy {
  readonly name = 's3-fifo';
  readonly #lists = new EntryLists(2);
  readonly #uses = new EntryColumn();
  readonly #hashes = new EntryColumn();
  readonly #lost = new GhostList();
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(slot: number, hash: number, cost: number): void {
    this.#uses.set(slot, 0);
    this.#hashes.set(slot, hash);
    this.#lists.pushFront(this.#lost.forget(hash) ? main : small, slot, cost);
  }

  hit(slot: number): void {
    const uses = this.#uses.get(slot);
    if (uses < maxUses) this.#uses.set(slot, uses + 1);
  }

  evict(): number {
    while (this.#lists.total(small) > smallShare * this.#capacity || this.#lists.count(main) === 0) {
      const slot = this.#lists.tail(small);
      if (slot < 0) break;
      if (this.#uses.get(slot) > 1) this.#promote(slot);
      else return this.#evictSmall(slot);
    }
    return this.#evictMain();
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(small, main);
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
  }

  #promote(slot: number): void {
    this.#uses.set(slot, 0);
    this.#lists.move(slot, main);
  }

  #evictSmall(slot: number): number {
    this.#lost.remember(this.#hashes.get(slot), this.#lists.costOf(slot));
    this.#lists.remove(slot);
    while (this.#lost.count > 0 && this.#lost.total > (1 - smallShare) * this.#capacity) this.#lost.forgetOldest();
    return slot;
  }

  #evictMain(): number {
    for (let slot = this.#lists.tail(main); slot >= 0; slot = this.#lists.tail(main)) {
      const uses = this.#uses.get(slot);
      if (uses === 0) return this.#lists.pop(main);
      this.#uses.set(slot, uses - 1);
      this.#lists.toFront(slot);
    }
    return -1;
  }
}
