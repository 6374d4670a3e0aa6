import { mix } from './hash.ts';
import type { PolicyMaker } from './policy.ts';
import { ShadowCache } from './shadow-cache.ts';

/** A shadow cache has this share of the entries of the cache, but neither fewer nor more than so many. Fewer tell policies apart no worse, and cost less. */
const shadowShare = 1 / 16;
const minShadowEntries = 64;
const maxShadowEntries = 256;
/** A switch needs a lead of this share of the requests and of this many standard deviations. */
const minGain = 0.01;
const minDeviations = 4;
const roundDecay = 0.917;
const formerLeaderDecay = 0.98;
/** Hit ratio below its own shadow at which a leader is penalised. Smaller differences are noise; acting on them did harm on short traces. */
const maxLag = 0.06;
/** After this many rounds with one leader the shadows rest for `restRounds`, which saves most of their processor time. */
const settledRounds = 24;
const restRounds = 48;
/** A rest ends early when the cache's own hit ratio has moved by this many standard deviations between two of its rounds: the requests have changed. */
const wakeDeviations = 4;

/**
 * Runs a shadow cache per policy on the same sample of keys, scaled down by the sampling rate. The policy with the most recent hits leads. Once it has
 * led for long the shadows rest, and wake from time to time or when the hit ratio of the cache changes.
 *
 * @see Waldspurger, Saemundson, Ahmad, Park 2017, "Cache Modeling and Optimization using Miniature Simulations"
 */
export class ShadowTournament {
  readonly names: readonly string[];
  readonly #shadows: readonly ShadowCache[];
  readonly #threshold: number;
  readonly #rate: number;
  readonly #hits: Float64Array;
  /** Requests whose outcome differed between shadow and cache: the basis of the standard deviation. */
  readonly #differing: Float64Array;
  /** Hits of the cache minus hits of the leader's shadow, and requests, while each policy led. */
  readonly #lag: Float64Array;
  readonly #led: Float64Array;
  readonly #everHits: Float64Array;
  readonly #round: number;
  #requests = 0;
  #everRequests = 0;
  #untilRound: number;
  #leader = 0;
  #roundsLed = 0;
  /** Rounds that the shadows still rest; 0 while they run. */
  #restLeft = 0;
  /** Hits of the cache itself in this round, and in the first one of a rest (-1 before its end). */
  #realHits = 0;
  #restHits = -1;

  /**
   * @param makers the first is the initial leader
   * @param entries number of entries in the whole cache
   */
  constructor(makers: Readonly<Record<string, PolicyMaker>>, entries: number, capacity: number) {
    this.names = Object.keys(makers);
    const wanted = Math.max(minShadowEntries, Math.min(maxShadowEntries, entries * shadowShare));
    this.#rate = Math.min(1, wanted / Math.max(1, entries));
    this.#threshold = this.#rate * 2 ** 32;
    this.#shadows = Object.values(makers).map((make) => new ShadowCache(capacity * this.#rate, make(capacity * this.#rate)));
    this.#hits = new Float64Array(this.names.length);
    this.#differing = new Float64Array(this.names.length);
    this.#lag = new Float64Array(this.names.length);
    this.#led = new Float64Array(this.names.length);
    this.#everHits = new Float64Array(this.names.length);
    this.#round = Math.max(200, Math.min(entries, maxShadowEntries));
    this.#untilRound = this.#round;
  }

  get leader(): string {
    return this.names[this.#leader]!;
  }

  samples(hash: number): boolean {
    return mix(hash ^ 0x2545f491) >>> 0 < this.#threshold;
  }

  /** Adds a resident of the cache to every shadow; call in eviction order. */
  prefill(hash: number, cost: number, expiresAtMs: number): void {
    for (const shadow of this.#shadows) shadow.access(hash, cost, expiresAtMs);
  }

  /**
   * Accesses a sampled key in every shadow.
   *
   * @param wasHit whether it was a hit in the cache itself, under the leading policy
   * @returns true when the leader has changed
   */
  compare(hash: number, cost: number, expiresAtMs: number, wasHit: boolean): boolean {
    const real = wasHit ? 1 : 0;
    this.#untilRound -= 1;
    if (this.#restLeft > 0) {
      this.#realHits += real;
      if (this.#untilRound <= 0) this.#endRestingRound();
      return false;
    }
    for (let index = 0; index < this.#shadows.length; index++) {
      const shadow = this.#shadows[index]!.access(hash, cost, expiresAtMs) ? 1 : 0;
      this.#hits[index]! += shadow;
      this.#everHits[index]! += shadow;
      if (shadow !== real) this.#differing[index]! += 1;
      if (index === this.#leader) this.#lag[index]! += real - shadow;
    }
    this.#led[this.#leader]! += 1;
    this.#requests += 1;
    this.#everRequests += 1;
    return this.#untilRound <= 0 && this.#endRound();
  }

  resize(capacity: number): void {
    for (const shadow of this.#shadows) shadow.resize(capacity * this.#rate);
  }

  /** Hit ratio of each policy on the sampled requests since the start. */
  ratios(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, index) => [name, this.#everHits[index]! / Math.max(1, this.#everRequests)]));
  }

  #endRound(): boolean {
    this.#untilRound = this.#round;
    const scores = this.names.map((_, index) => this.#scoreOf(index));
    const best = scores.indexOf(Math.max(...scores));
    const gain = scores[best]! - scores[this.#leader]!;
    const changed = gain > minGain * this.#requests && gain > minDeviations * Math.sqrt(this.#differing[best]!);
    if (changed) {
      this.#leader = best;
      this.#differing.fill(0);
    }
    this.#fade();
    this.#roundsLed = changed ? 0 : this.#roundsLed + 1;
    if (this.#roundsLed >= settledRounds) this.#rest();
    return changed;
  }

  #rest(): void {
    this.#roundsLed = 0;
    this.#restLeft = restRounds;
    this.#realHits = 0;
    this.#restHits = -1;
  }

  #endRestingRound(): void {
    this.#untilRound = this.#round;
    this.#restLeft -= 1;
    if (this.#restHits < 0) this.#restHits = this.#realHits;
    const ratio = (this.#restHits + this.#realHits) / (2 * this.#round);
    const deviation = Math.sqrt(2 * this.#round * ratio * (1 - ratio));
    if (Math.abs(this.#realHits - this.#restHits) > wakeDeviations * deviation) this.#restLeft = 0;
    this.#realHits = 0;
  }

  /** Hits of the shadow, reduced for a leader that does much worse in the cache than in its shadow, since a small shadow learns from less. */
  #scoreOf(index: number): number {
    const lead = this.#lag[index]! / (this.#led[index]! + this.#round);
    const fails = index === this.#leader && lead < -maxLag;
    return this.#hits[index]! + (fails ? this.#requests * lead : 0);
  }

  /** Halves the weight of counts after eight rounds; results of former leaders decay more slowly. */
  #fade(): void {
    this.#requests *= roundDecay;
    for (let index = 0; index < this.#hits.length; index++) {
      this.#hits[index]! *= roundDecay;
      this.#differing[index]! *= roundDecay;
      const keepOfLead = index === this.#leader ? roundDecay : formerLeaderDecay;
      this.#lag[index]! *= keepOfLead;
      this.#led[index]! *= keepOfLead;
    }
  }
}
