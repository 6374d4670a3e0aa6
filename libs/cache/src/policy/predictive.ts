import { AccessHistory } from './access-history.ts';
import { binOf, EvictionValue } from './eviction-value.ts';
import type { EvictionPolicy } from './policy.ts';
import { type PastAccesses, ReuseHistory } from './reuse-history.ts';
import { ReuseSample } from './reuse-sample.ts';

/** Residents compared at each eviction: random ones, and those with the lowest values at earlier evictions. */
const randomCandidates = 20;
const rememberedCandidates = 8;
const learnDecay = 0.8;
const gapClasses = 24;
/** One class for a single access; then two, three or four, and more accesses, each by the octave of the gap. */
const classes = 1 + 3 * gapClasses;
const maxHistory = 1 << 18;
/** Accesses closer together than this share of the residents count as one: so recent an entry is not evicted anyway. */
const minGapShare = 1 / 16;
/** The same after `idleAfter` requests per resident without an eviction, when learning is not urgent. */
const idleMinGapShare = 1 / 2;
const idleAfter = 4;

const classOf = (gap: number, uses: number): number => {
  if (uses <= 1) return 0;
  const octave = Math.min(gapClasses - 1, 31 - Math.clz32(Math.max(1, gap)));
  return 1 + octave + gapClasses * (uses === 2 ? 0 : uses <= 4 ? 1 : 2);
};

/**
 * Predicts the reuse of each entry from the statistics of its class and evicts the one with the fewest expected hits per byte and request. A key's
 * class is the number of its accesses and the distance between them, including those before its last eviction.
 */
export class PredictivePolicy implements EvictionPolicy {
  readonly name = 'predictive';
  readonly #residents = new AccessHistory();
  readonly #value = new EvictionValue(classes);
  readonly #sample = new ReuseSample(this.#value);
  readonly #past: PastAccesses = { usedAt: 0, gap: 0, uses: 0 };
  readonly #nearVictims = new Int32Array(rememberedCandidates).fill(-1);
  readonly #nearValues = new Float64Array(rememberedCandidates);
  /** Index of the candidate with the highest value; -1 until all are filled. */
  #highestNear = -1;
  #history = new ReuseHistory(4_096);
  #clock = 0;
  #minGap = 0;
  #idleAt = 500;
  #learnEvery = 500;
  #learnAt = 500;
  #seed = 0x9e3779b9 | 0;

  add(slot: number, hash: number, cost: number): void {
    const residents = this.#residents;
    residents.add(slot);
    residents.hashes[slot] = hash;
    residents.costs[slot] = cost;
    const known = this.#history.find(hash, this.#past);
    residents.usedAt[slot] = known ? this.#past.usedAt : 0;
    residents.gaps[slot] = known ? this.#past.gap : 0;
    residents.uses[slot] = known ? this.#past.uses : 0;
    this.#clock = (this.#clock + 1) | 0;
    this.#use(slot);
  }

  hit(slot: number): void {
    this.#clock = (this.#clock + 1) | 0;
    if (this.#ageOf(slot) >= this.#minGap) this.#use(slot);
  }

  evict(): number {
    const { count } = this.#residents;
    this.#idleAt = (this.#clock + idleAfter * count) | 0;
    this.#minGap = count * minGapShare;
    const victim = this.#lowestValued();
    if (victim >= 0) this.remove(victim);
    return victim;
  }

  remove(slot: number): void {
    if (!this.#residents.has(slot)) return;
    this.#past.usedAt = this.#residents.usedAt[slot]!;
    this.#past.gap = this.#residents.gaps[slot]!;
    this.#past.uses = this.#residents.uses[slot]!;
    this.#history.remember(this.#residents.hashes[slot]!, this.#past);
    this.#residents.remove(slot);
  }

  order(): number[] {
    return Array.from({ length: this.#residents.count }, (_, place) => this.#residents.at(place)).sort(
      (left, right) => this.#valueAt(left) - this.#valueAt(right),
    );
  }

  resize(): void {}

  #use(slot: number): void {
    const residents = this.#residents;
    if (residents.uses[slot]! > 0) {
      const gap = this.#ageOf(slot);
      const before = residents.gaps[slot]!;
      residents.gaps[slot] = before === 0 ? gap : (before + gap) / 2;
    }
    const uses = Math.min(255, residents.uses[slot]! + 1);
    const kind = classOf(residents.gaps[slot]!, uses);
    residents.usedAt[slot] = this.#clock;
    residents.uses[slot] = uses;
    residents.kinds[slot] = kind;
    if (((this.#clock - this.#idleAt) | 0) > 0) {
      this.#minGap = residents.count * idleMinGapShare;
      return;
    }
    this.#sample.access(residents.hashes[slot]!, kind, this.#clock, this.#horizon());
    if (((this.#clock - this.#learnAt) | 0) >= 0) this.#learn();
  }

  /** A reuse after more requests than this cannot be a hit in a cache of this size. */
  #horizon(): number {
    return 50 * Math.max(400, this.#residents.count);
  }

  #lowestValued(): number {
    const { count } = this.#residents;
    if (count === 0) return -1;
    let victim = this.#residents.at(count - 1);
    let lowest = this.#valueAt(victim);
    for (let draw = -rememberedCandidates; draw < randomCandidates; draw++) {
      const slot = draw < 0 ? this.#nearVictims[draw + rememberedCandidates]! : this.#residents.at(this.#random(count));
      if (slot < 0 || slot === victim || !this.#residents.has(slot)) continue;
      const value = this.#valueAt(slot);
      const lost = value < lowest ? victim : slot;
      this.#rememberCandidate(lost, Math.max(value, lowest));
      if (value >= lowest) continue;
      victim = slot;
      lowest = value;
    }
    return victim;
  }

  /** Keeps a resident as a candidate for the next eviction, in place of the kept one with the highest value. */
  #rememberCandidate(slot: number, value: number): void {
    const full = this.#highestNear >= 0 && this.#residents.has(this.#nearVictims[this.#highestNear]!);
    if (full && value >= this.#nearValues[this.#highestNear]!) return; // most calls end here
    let highest = 0;
    for (let place = 0; place < rememberedCandidates; place++) {
      if (this.#nearVictims[place] === slot) return;
      if (this.#nearValues[place]! > this.#nearValues[highest]! || this.#nearVictims[place] === -1) highest = place;
    }
    if (this.#nearVictims[highest] !== -1 && this.#nearValues[highest]! <= value && this.#residents.has(this.#nearVictims[highest]!))
      return;
    this.#nearVictims[highest] = slot;
    this.#nearValues[highest] = value;
    this.#highestNear = this.#nearVictims.includes(-1) ? -1 : this.#nearValues.indexOf(Math.max(...this.#nearValues));
  }

  #valueAt(slot: number): number {
    const { kinds, costs } = this.#residents;
    return this.#value.of(kinds[slot]!, binOf(this.#ageOf(slot))) / costs[slot]!;
  }

  #ageOf(slot: number): number {
    return (this.#clock - this.#residents.usedAt[slot]!) | 0;
  }

  #learn(): void {
    this.#sample.expire(this.#clock, this.#horizon());
    this.#value.learn(learnDecay);
    this.#learnEvery = Math.min(20_000, this.#learnEvery * 1.25);
    this.#learnAt = (this.#clock + this.#learnEvery) | 0;
    const wanted = Math.min(maxHistory, 16 * this.#residents.count);
    if (this.#history.size < wanted) this.#history = new ReuseHistory(Math.min(maxHistory, 2 * wanted));
  }

  /** @returns an integer from 0 to `below` - 1 (xorshift; scaled, because a remainder of numbers beyond 31 bits is slow) */
  #random(below: number): number {
    let seed = this.#seed;
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    this.#seed = seed;
    return Math.floor((seed >>> 0) * 2 ** -32 * below);
  }
}
