import { EntryLists } from './entry-lists.ts';
import { IntegerMap } from './integer-map.ts';

/** Hashes and costs of evicted keys, most recent first. */
export class GhostList {
  readonly #slots = new IntegerMap();
  readonly #lists = new EntryLists(1);
  readonly #hashes: number[] = [];
  readonly #free: number[] = [];

  get total(): number {
    return this.#lists.total(0);
  }

  get count(): number {
    return this.#slots.size;
  }

  remember(hash: number, cost: number): void {
    this.forget(hash);
    const slot = this.#free.pop() ?? this.#hashes.length;
    this.#hashes[slot] = hash;
    this.#slots.set(hash, slot);
    this.#lists.pushFront(0, slot, cost);
  }

  forget(hash: number): boolean {
    const slot = this.#slots.get(hash);
    if (slot < 0) return false;
    this.#slots.delete(hash);
    this.#lists.remove(slot);
    this.#free.push(slot);
    return true;
  }

  forgetOldest(): void {
    const slot = this.#lists.tail(0);
    if (slot >= 0) this.forget(this.#hashes[slot]!);
  }
}
