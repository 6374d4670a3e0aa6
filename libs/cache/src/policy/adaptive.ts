import { ArcPolicy } from './arc.ts';
import { EntryColumn } from './entry-lists.ts';
import { LfuPolicy } from './lfu.ts';
import { LruPolicy } from './lru.ts';
import type { EvictionPolicy, PolicyMaker } from './policy.ts';
import { PredictivePolicy } from './predictive.ts';
import { S3FifoPolicy } from './s3-fifo.ts';
import { ShadowTournament } from './shadow-tournament.ts';
import { SievePolicy } from './sieve.ts';
import { WTinyLfuPolicy } from './w-tiny-lfu.ts';

/** The policies it can switch to; the first is the initial one. */
export const candidates: Readonly<Record<string, PolicyMaker>> = {
  predictive: () => new PredictivePolicy(),
  lru: () => new LruPolicy(),
  lfu: () => new LfuPolicy(),
  arc: (capacity) => new ArcPolicy(capacity),
  's3-fifo': (capacity) => new S3FifoPolicy(capacity),
  sieve: () => new SievePolicy(),
  'w-tiny-lfu': (capacity) => new WTinyLfuPolicy(capacity),
};

const [initialName = ''] = Object.keys(candidates);
/** After this many sampled requests without an eviction the tournament pauses: nothing is evicted, so no policy is better. */
const comparisonsUntilIdle = 2_048;

/**
 * Switches between known policies: starts as predictive and switches when a tournament of small shadow caches shows another policy to have more
 * hits. The tournament starts at the first eviction; a cache in which everything fits does not pay for it.
 */
export class AdaptivePolicy implements EvictionPolicy {
  readonly name = 'adaptive';
  readonly #hashes = new EntryColumn();
  readonly #costs = new EntryColumn();
  readonly #expiries = new EntryColumn();
  /** Keeps learning while another policy decides, so that it can take over again at any time. Made with the first entry: it takes 0.3 MB. */
  #predictive: PredictivePolicy | undefined;
  /** The policy that decides in place of predictive, if any. */
  #delegate: EvictionPolicy | undefined;
  #tournament: ShadowTournament | undefined;
  #capacity: number;
  #comparisonsLeft = 0;
  /** 1 for residents whose keys are in the tournament's sample. */
  #sampled = new Uint8Array(64);

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Name of the policy that decides now. */
  get current(): string {
    return this.#delegate?.name ?? initialName;
  }

  /** Hit ratio of each policy on the sampled requests; empty before the first eviction. */
  ratios(): Record<string, number> {
    return this.#tournament?.ratios() ?? {};
  }

  add(slot: number, hash: number, cost: number, expiresAtMs: number): void {
    this.#hashes.set(slot, hash);
    this.#costs.set(slot, cost);
    this.#expiries.set(slot, expiresAtMs);
    this.#predictive ??= new PredictivePolicy();
    this.#predictive.add(slot, hash, cost);
    this.#delegate?.add(slot, hash, cost, expiresAtMs);
    this.#markSampled(slot);
    if (this.#sampled[slot] === 1) this.#compare(slot, false);
  }

  hit(slot: number): void {
    this.#predictive?.hit(slot);
    if (this.#delegate !== undefined) this.#delegate.hit(slot);
    if (this.#sampled[slot] === 1) this.#compare(slot, true);
  }

  evict(): number {
    if (this.#tournament === undefined) this.#open();
    this.#comparisonsLeft = comparisonsUntilIdle;
    if (this.#delegate === undefined) return this.#predictive?.evict() ?? -1;
    const slot = this.#delegate.evict();
    this.#predictive?.remove(slot);
    return slot;
  }

  remove(slot: number): void {
    this.#predictive?.remove(slot);
    this.#delegate?.remove(slot);
  }

  order(): number[] {
    return (this.#delegate ?? this.#predictive)?.order() ?? [];
  }

  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#delegate?.resize(capacity);
    this.#tournament?.resize(capacity);
  }

  #open(): void {
    const residents = this.order();
    this.#tournament = new ShadowTournament(candidates, residents.length, this.#capacity);
    for (const slot of residents) {
      this.#markSampled(slot);
      if (this.#sampled[slot] === 1) this.#tournament.prefill(this.#hashes.get(slot), this.#costs.get(slot), this.#expiries.get(slot));
    }
  }

  #markSampled(slot: number): void {
    if (slot >= this.#sampled.length) this.#grow(slot);
    this.#sampled[slot] = this.#tournament?.samples(this.#hashes.get(slot)) ? 1 : 0;
  }

  #compare(slot: number, wasHit: boolean): void {
    if (this.#comparisonsLeft <= 0) return;
    this.#comparisonsLeft -= 1;
    const changed = this.#tournament?.compare(this.#hashes.get(slot), this.#costs.get(slot), this.#expiries.get(slot), wasHit);
    if (changed && this.#tournament) this.#switchTo(this.#tournament.leader);
  }

  /** Adds every resident to the new policy in eviction order; the more valuable half counts as hit once. */
  #switchTo(name: string): void {
    const slots = this.order();
    this.#delegate = name === initialName ? undefined : candidates[name]!(this.#capacity);
    for (const slot of slots) this.#delegate?.add(slot, this.#hashes.get(slot), this.#costs.get(slot), this.#expiries.get(slot));
    for (const slot of slots.slice(slots.length >> 1)) this.#delegate?.hit(slot);
  }

  #grow(slot: number): void {
    const wider = new Uint8Array(Math.max(slot + 1, 2 * this.#sampled.length));
    wider.set(this.#sampled);
    this.#sampled = wider;
  }
}
