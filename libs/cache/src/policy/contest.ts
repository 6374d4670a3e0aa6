import { GhostCache } from './ghost-cache.ts';
import { mix } from './hash.ts';
import type { PolicyMaker } from './policy.ts';

/** How many entries a ghost of a large cache holds. */
const ghostEntries = 256;
/** No change for less than this share of the requests, nor for what chance may explain. */
const leastGain = 0.01;
const sureness = 4;
const keepOfRounds = 0.917;
const keepOfFormerLead = 0.98;
/** Of hit ratio, below its ghost. Less than this is noise, and believing it did harm on short traces. */
const alarmingLag = 0.06;

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
  /** Requests where a ghost and the cache itself differed: the most that chance has to play with. */
  readonly #differing: Float64Array;
  /** Hits of the cache beyond those of the leader's ghost, and requests, while each policy led. */
  readonly #lag: Float64Array;
  readonly #led: Float64Array;
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
    this.#lag = new Float64Array(this.names.length);
    this.#led = new Float64Array(this.names.length);
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

  /** Lets the ghosts begin with what the cache holds, the least wanted first. */
  prefill(hash: number, cost: number, expiresAtMs: number): void {
    for (const ghost of this.#ghosts) ghost.see(hash, cost, expiresAtMs);
  }

  /**
   * Shows a chosen key to every ghost.
   *
   * @param wasHit what became of it in the cache itself, where the leader decides
   * @returns true when the leader has changed
   */
  see(hash: number, cost: number, expiresAtMs: number, wasHit: boolean): boolean {
    const real = wasHit ? 1 : 0;
    for (let index = 0; index < this.#ghosts.length; index++) {
      const ghost = this.#ghosts[index]!.see(hash, cost, expiresAtMs) ? 1 : 0;
      this.#hits[index]! += ghost;
      this.#everHits[index]! += ghost;
      if (ghost !== real) this.#differing[index]! += 1;
      if (index === this.#leader) this.#lag[index]! += real - ghost;
    }
    this.#led[this.#leader]! += 1;
    this.#requests += 1;
    this.#everRequests += 1;
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
    const scores = this.names.map((_, index) => this.#scoreOf(index));
    const best = scores.indexOf(Math.max(...scores));
    const gain = scores[best]! - scores[this.#leader]!;
    const changed = gain > leastGain * this.#requests && gain > sureness * Math.sqrt(this.#differing[best]!);
    if (changed) {
      this.#leader = best;
      this.#differing.fill(0);
    }
    this.#fade();
    return changed;
  }

  /** Hits of the ghost; less for a leader that does far worse than its own ghost, since a miniature learns from less. */
  #scoreOf(index: number): number {
    const beyondGhost = this.#lag[index]! / (this.#led[index]! + this.#round);
    const fails = index === this.#leader && beyondGhost < -alarmingLag;
    return this.#hits[index]! + (fails ? this.#requests * beyondGhost : 0);
  }

  /** What happened eight rounds ago counts half; what a policy was like when it led is remembered for longer. */
  #fade(): void {
    this.#requests *= keepOfRounds;
    for (let index = 0; index < this.#hits.length; index++) {
      this.#hits[index]! *= keepOfRounds;
      this.#differing[index]! *= keepOfRounds;
      const keepOfLead = index === this.#leader ? keepOfRounds : keepOfFormerLead;
      this.#lag[index]! *= keepOfLead;
      this.#led[index]! *= keepOfLead;
    }
  }
}
