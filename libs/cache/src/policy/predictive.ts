import { binOf } from './age-bins.ts';
import type { EvictionPolicy } from './policy.ts';
import { ResidentPasts } from './resident-pasts.ts';
import { type Past, ReuseHistory } from './reuse-history.ts';
import { ReuseSample } from './reuse-sample.ts';
import { ReuseWorth } from './reuse-worth.ts';

/** So many residents, drawn by chance, are weighed at each eviction, besides those that came near it the last time. */
const draws = 20;
const remembered = 8;
const keepOfPast = 0.8;
const gapClasses = 24;
/** Keys used once; then twice, three or four times, more often, each by the octave of its gap. */
const classes = 1 + 3 * gapClasses;
const maxHistory = 1 << 18;
/** Uses closer together than this share of the residents are one use: nobody so recent is in danger. */
const quietShare = 1 / 16;
/** The same while nobody had to leave for so many requests per resident: then nothing needs to be learnt in a hurry. */
const calmQuietShare = 1 / 2;
const calmAfter = 4;

const classOf = (gap: number, uses: number): number => {
  if (uses <= 1) return 0;
  const octave = Math.min(gapClasses - 1, 31 - Math.clz32(Math.max(1, gap)));
  return 1 + octave + gapClasses * (uses === 2 ? 0 : uses <= 4 ? 1 : 2);
};

/**
 * Predicts from the past of all keys when this one comes back, and loses whoever brings the fewest hits per byte and request. A key's class is how
 * often and how far apart it was used, also before it was last lost.
 */
export class PredictivePolicy implements EvictionPolicy {
  readonly name = 'predictive';
  readonly #residents = new ResidentPasts();
  readonly #worth = new ReuseWorth(classes);
  readonly #sample = new ReuseSample(this.#worth);
  readonly #past: Past = { usedAt: 0, gap: 0, uses: 0 };
  readonly #nearVictims = new Int32Array(remembered).fill(-1);
  readonly #nearWorths = new Float64Array(remembered);
  #history = new ReuseHistory(4_096);
  #clock = 0;
  #quiet = 0;
  #calmAt = 500;
  #learnEvery = 500;
  #learnAt = 500;
  #seed = 0x9e3779b9;

  add(slot: number, hash: number, cost: number): void {
    const residents = this.#residents;
    residents.enter(slot);
    residents.hashes[slot] = hash;
    residents.costs[slot] = cost;
    const known = this.#history.recall(hash, this.#past);
    residents.usedAt[slot] = known ? this.#past.usedAt : 0;
    residents.gaps[slot] = known ? this.#past.gap : 0;
    residents.uses[slot] = known ? this.#past.uses : 0;
    this.#clock = (this.#clock + 1) | 0;
    this.#use(slot);
  }

  hit(slot: number): void {
    this.#clock = (this.#clock + 1) | 0;
    if (this.#ageOf(slot) >= this.#quiet) this.#use(slot);
  }

  evict(): number {
    const { count } = this.#residents;
    this.#calmAt = (this.#clock + calmAfter * count) | 0;
    this.#quiet = count * quietShare;
    const victim = this.#leastWorth();
    if (victim >= 0) this.remove(victim);
    return victim;
  }

  remove(slot: number): void {
    if (!this.#residents.has(slot)) return;
    this.#past.usedAt = this.#residents.usedAt[slot]!;
    this.#past.gap = this.#residents.gaps[slot]!;
    this.#past.uses = this.#residents.uses[slot]!;
    this.#history.remember(this.#residents.hashes[slot]!, this.#past);
    this.#residents.leave(slot);
  }

  order(): number[] {
    return Array.from({ length: this.#residents.count }, (_, place) => this.#residents.at(place)).sort(
      (left, right) => this.#worthOf(left) - this.#worthOf(right),
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
    if (((this.#clock - this.#calmAt) | 0) > 0) {
      this.#quiet = residents.count * calmQuietShare;
      return;
    }
    this.#sample.see(residents.hashes[slot]!, kind, this.#clock, this.#horizon());
    if (((this.#clock - this.#learnAt) | 0) >= 0) this.#learn();
  }

  /** Beyond this a return is too late for any policy of this size to profit from. */
  #horizon(): number {
    return 50 * Math.max(400, this.#residents.count);
  }

  #leastWorth(): number {
    const { count } = this.#residents;
    if (count === 0) return -1;
    let victim = this.#residents.at(count - 1);
    let least = this.#worthOf(victim);
    for (let draw = -remembered; draw < draws; draw++) {
      const slot = draw < 0 ? this.#nearVictims[draw + remembered]! : this.#residents.at(this.#random() % count);
      if (slot < 0 || slot === victim || !this.#residents.has(slot)) continue;
      const worth = this.#worthOf(slot);
      const lost = worth < least ? victim : slot;
      this.#comesNear(lost, Math.max(worth, least));
      if (worth >= least) continue;
      victim = slot;
      least = worth;
    }
    return victim;
  }

  /** Remembers a resident for the next eviction, in place of the most promising of those remembered. */
  #comesNear(slot: number, worth: number): void {
    let most = 0;
    for (let place = 0; place < remembered; place++) {
      if (this.#nearVictims[place] === slot) return;
      if (this.#nearWorths[place]! > this.#nearWorths[most]! || this.#nearVictims[place] === -1) most = place;
    }
    if (this.#nearVictims[most] !== -1 && this.#nearWorths[most]! <= worth && this.#residents.has(this.#nearVictims[most]!)) return;
    this.#nearVictims[most] = slot;
    this.#nearWorths[most] = worth;
  }

  #worthOf(slot: number): number {
    const { kinds, costs } = this.#residents;
    return this.#worth.of(kinds[slot]!, binOf(this.#ageOf(slot))) / costs[slot]!;
  }

  #ageOf(slot: number): number {
    return (this.#clock - this.#residents.usedAt[slot]!) | 0;
  }

  #learn(): void {
    this.#sample.census(this.#clock, this.#horizon());
    this.#worth.learn(keepOfPast);
    this.#learnEvery = Math.min(20_000, this.#learnEvery * 1.25);
    this.#learnAt = (this.#clock + this.#learnEvery) | 0;
    const wanted = Math.min(maxHistory, 16 * this.#residents.count);
    if (this.#history.size < wanted) this.#history = new ReuseHistory(Math.min(maxHistory, 2 * wanted));
  }

  #random(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed >>> 0;
  }
}
