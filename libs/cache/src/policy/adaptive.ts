import { ArcPolicy } from './arc.ts';
import { Contest } from './contest.ts';
import { LfuPolicy } from './lfu.ts';
import { LruPolicy } from './lru.ts';
import type { EvictionPolicy, PolicyMaker } from './policy.ts';
import { PredictivePolicy } from './predictive.ts';
import { S3FifoPolicy } from './s3-fifo.ts';
import { SievePolicy } from './sieve.ts';
import { SlotColumn } from './slot-column.ts';
import { WTinyLfuPolicy } from './w-tiny-lfu.ts';

/** Whom it may become; the first is who it is until it learns better. */
export const contestants: Readonly<Record<string, PolicyMaker>> = {
  predictive: () => new PredictivePolicy(),
  lru: () => new LruPolicy(),
  lfu: () => new LfuPolicy(),
  arc: (capacity) => new ArcPolicy(capacity),
  's3-fifo': (capacity) => new S3FifoPolicy(capacity),
  sieve: () => new SievePolicy(),
  'w-tiny-lfu': (capacity) => new WTinyLfuPolicy(capacity),
};

/** After so many watched requests without an eviction the contest pauses: whoever fits needs no judge. */
const showsUntilCalm = 2_048;

/**
 * Is whichever known policy its traffic wants: predictive at first, another one when a contest of small ghosts shows it to be better. The contest
 * begins with the first eviction; a cache in which everything fits pays nothing for it.
 */
export class AdaptivePolicy implements EvictionPolicy {
  readonly name = 'adaptive';
  readonly #hashes = new SlotColumn();
  readonly #costs = new SlotColumn();
  readonly #deaths = new SlotColumn();
  /** Goes on learning whoever decides, so that it can take over again as if it had never left. */
  readonly #predictive = new PredictivePolicy();
  /** Who decides in its place, if anyone. */
  #rival: EvictionPolicy | undefined;
  #contest: Contest | undefined;
  #capacity: number;
  #showsLeft = 0;
  /** 1 for residents that the contest watches. */
  #watched = new Uint8Array(64);

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Who it is now. */
  get current(): string {
    return (this.#rival ?? this.#predictive).name;
  }

  /** What each policy would have hit of the sampled requests; empty while everything fits. */
  ratios(): Record<string, number> {
    return this.#contest?.ratios() ?? {};
  }

  add(slot: number, hash: number, cost: number, expiresAtMs: number): void {
    this.#hashes.set(slot, hash);
    this.#costs.set(slot, cost);
    this.#deaths.set(slot, expiresAtMs);
    this.#predictive.add(slot, hash, cost);
    this.#rival?.add(slot, hash, cost, expiresAtMs);
    this.#watch(slot);
    if (this.#watched[slot] === 1) this.#show(slot, false);
  }

  hit(slot: number): void {
    this.#predictive.hit(slot);
    if (this.#rival !== undefined) this.#rival.hit(slot);
    if (this.#watched[slot] === 1) this.#show(slot, true);
  }

  evict(): number {
    if (this.#contest === undefined) this.#open();
    this.#showsLeft = showsUntilCalm;
    if (this.#rival === undefined) return this.#predictive.evict();
    const slot = this.#rival.evict();
    this.#predictive.remove(slot);
    return slot;
  }

  remove(slot: number): void {
    this.#predictive.remove(slot);
    this.#rival?.remove(slot);
  }

  order(): number[] {
    return (this.#rival ?? this.#predictive).order();
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#rival?.resize(capacity);
    this.#contest?.resize(capacity);
  }

  #open(): void {
    const residents = this.order();
    this.#contest = new Contest(contestants, residents.length, this.#capacity);
    for (const slot of residents) {
      this.#watch(slot);
      if (this.#watched[slot] === 1) this.#contest.prefill(this.#hashes.get(slot), this.#costs.get(slot), this.#deaths.get(slot));
    }
  }

  #watch(slot: number): void {
    if (slot >= this.#watched.length) this.#widen(slot);
    this.#watched[slot] = this.#contest?.chooses(this.#hashes.get(slot)) ? 1 : 0;
  }

  #show(slot: number, wasHit: boolean): void {
    if (this.#showsLeft <= 0) return;
    this.#showsLeft -= 1;
    const changed = this.#contest?.see(this.#hashes.get(slot), this.#costs.get(slot), this.#deaths.get(slot), wasHit);
    if (changed && this.#contest) this.#become(this.#contest.leader);
  }

  /** A rival that takes over is given every resident, the least wanted first; the better half counts as used once. */
  #become(name: string): void {
    const slots = this.order();
    this.#rival = name === this.#predictive.name ? undefined : contestants[name]!(this.#capacity);
    for (const slot of slots) this.#rival?.add(slot, this.#hashes.get(slot), this.#costs.get(slot), this.#deaths.get(slot));
    for (const slot of slots.slice(slots.length >> 1)) this.#rival?.hit(slot);
  }

  #widen(slot: number): void {
    const wider = new Uint8Array(Math.max(slot + 1, 2 * this.#watched.length));
    wider.set(this.#watched);
    this.#watched = wider;
  }
}
