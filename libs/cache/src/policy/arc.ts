import { EntryColumn, EntryLists } from './entry-lists.ts';
import { GhostList } from './ghost-list.ts';
import type { EvictionPolicy } from './policy.ts';

const once = 0;
const often = 1;

/**
 * Divides the cache between entries accessed once and more often, and moves the border towards the side whose ghost list is hit.
 * @see Megiddo, Modha 2003, "ARC: A Self-Tuning, Low Overhead Replacement Cache"
 */
export class ArcPolicy implements EvictionPolicy {
  readonly name = 'arc';
  readonly #lists = new EntryLists(2);
  readonly #hashes = new EntryColumn();
  readonly #lostOnce = new GhostList();
  readonly #lostOften = new GhostList();
  #capacity: number;
  /** Share of the capacity for entries accessed once. */
  #border = 0;
  #newest = -1;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(slot: number, hash: number, cost: number): void {
    this.#hashes.set(slot, hash);
    this.#newest = slot;
    const wasOnce = this.#lostOnce.total;
    const wasOften = this.#lostOften.total;
    const wasLostOnce = this.#lostOnce.forget(hash);
    const wasLostOften = !wasLostOnce && this.#lostOften.forget(hash);
    if (wasLostOnce) this.#moveBorder(cost * Math.max(1, wasOften / wasOnce));
    if (wasLostOften) this.#moveBorder(-cost * Math.max(1, wasOnce / wasOften));
    this.#lists.pushFront(wasLostOnce || wasLostOften ? often : once, slot, cost);
  }

  hit(slot: number): void {
    if (this.#lists.ownerOf(slot) === once) this.#lists.move(slot, often);
    else this.#lists.toFront(slot);
  }

  evict(): number {
    const newestCost = this.#lists.ownerOf(this.#newest) === once ? this.#lists.costOf(this.#newest) : 0;
    const held = this.#lists.total(once) - newestCost;
    const fromOnce = (held > 0 && held > this.#border) || this.#lists.count(often) === 0;
    const slot = this.#lists.tail(fromOnce ? once : often);
    if (slot < 0) return -1;
    (fromOnce ? this.#lostOnce : this.#lostOften).remember(this.#hashes.get(slot), this.#lists.costOf(slot));
    this.#lists.remove(slot);
    this.#trimGhosts();
    return slot;
  }

  remove(slot: number): void {
    this.#lists.remove(slot);
  }

  order(): number[] {
    return this.#lists.order(once, often);
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#moveBorder(0);
    this.#trimGhosts();
  }

  #moveBorder(by: number): void {
    this.#border = Math.min(this.#capacity, Math.max(0, this.#border + by));
  }

  #trimGhosts(): void {
    while (this.#lostOnce.count > 0 && this.#lists.total(once) + this.#lostOnce.total > this.#capacity) this.#lostOnce.forgetOldest();
    const resident = this.#lists.total(once) + this.#lists.total(often);
    while (this.#lostOften.count > 0 && resident + this.#lostOnce.total + this.#lostOften.total > 2 * this.#capacity) {
      this.#lostOften.forgetOldest();
    }
  }
}
