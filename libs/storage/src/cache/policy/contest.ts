import { GhostCache } from './ghost-cache.ts';
import { mix } from './hash.ts';
import type { PolicyMaker } from './policy.ts';

/** How many entries a ghost of a large cache holds. */
const ghostEntries = 256;
/** No change for less than this share of the requests, nor for what chance may explain. */
const leastGain = 0.01;
const sureness = 4;

/**
 * Ghosts of several policies on the same sample of keys, in caches as much smaller as the sample is. The one with the most hits lately shows
 * which policy the traffic wants.
 *
 * @see Waldspurger, Saemundson, Ahmad, Park 2017, "Cache Modeling and Optimization using Miniature Simulations"
 */
export class Contest {
  readonly names: readonly string[];
  readonly #ghosts: readonly GhostCache[];
  readonly #threshold: number;
  readonly #rate: number;
  readonly #hits: Float64Array;
  /** Requests where a ghost and the leader's ghost differed: the most that chance has to play with. */
  readonly #differing: Float64Array;
  readonly #sawHit: Uint8Array;
  readonly #everHits: Float64Array;
  readonly #round: number;
  #requests = 0;
  #everRequests = 0;
  #untilRound: number;
  #leader = 0;

  /**
   * @param makers the first is the leader to begin with
   * @param entries how many the whole cache holds
   */
  constructor(makers: Readonly<Record<string, PolicyMaker>>, entries: number, capacity: number) {
    this.names = Object.keys(makers);
    this.#rate = Math.min(1, ghostEntries / Math.max(1, entries));
    this.#threshold = this.#rate * 2 ** 32;
    this.#ghosts = Object.values(makers).map((make) => new GhostCache(capacity * this.#rate, make(capacity * this.#rate)));
    this.#hits = new Float64Array(this.names.length);
    this.#differing = new Float64Array(this.names.length);
    this.#sawHit = new Uint8Array(this.names.length);
    this.#everHits = new Float64Array(this.names.length);
    this.#round = Math.max(200, Math.min(entries, ghostEntries));
    this.#untilRound = this.#round;
  }

  get leader(): string {
    return this.names[this.#leader]!;
  }

  chooses(hash: number): boolean {
    return mix(hash ^ 0x2545f491) >>> 0 < this.#threshold;
  }

  /** Shows a chosen key to every ghost. @returns true when the leader has changed */
  see(hash: number, cost: number, expiresAtMs: number): boolean {
    for (let index = 0; index < this.#ghosts.length; index++) {
      this.#sawHit[index] = this.#ghosts[index]!.see(hash, cost, expiresAtMs) ? 1 : 0;
    }
    this.#requests += 1;
    this.#everRequests += 1;
    const led = this.#sawHit[this.#leader]!;
    for (let index = 0; index < this.#ghosts.length; index++) {
      this.#hits[index]! += this.#sawHit[index]!;
      this.#everHits[index]! += this.#sawHit[index]!;
      if (this.#sawHit[index] !== led) this.#differing[index]! += 1;
    }
    this.#untilRound -= 1;
    return this.#untilRound <= 0 && this.#endRound();
  }

  resize(capacity: number): void {
    for (const ghost of this.#ghosts) ghost.resize(capacity * this.#rate);
  }

  /** The share of the sampled requests that each policy would have hit since the contest began. */
  ratios(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, index) => [name, this.#everHits[index]! / Math.max(1, this.#everRequests)]));
  }

  #endRound(): boolean {
    this.#untilRound = this.#round;
    const best = this.#hits.indexOf(Math.max(...this.#hits));
    const gain = this.#hits[best]! - this.#hits[this.#leader]!;
    const changed = gain > leastGain * this.#requests && gain > sureness * Math.sqrt(this.#differing[best]!);
    if (changed) {
      this.#leader = best;
      this.#differing.fill(0);
    }
    this.#fade();
    return changed;
  }

  /** What happened eight rounds ago counts half. */
  #fade(): void {
    const keep = 0.917;
    this.#requests *= keep;
    for (let index = 0; index < this.#hits.length; index++) {
      this.#hits[index]! *= keep;
      this.#differing[index]! *= keep;
    }
  }
}
