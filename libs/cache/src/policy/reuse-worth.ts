import { ageBins, widthOf } from './age-bins.ts';

const priorWeight = 6;
/** Before anything is known the chance of coming back is taken to be the same in every bin, so that worth falls with age, as LRU has it. */
const priorHazard = 0.1;

/**
 * What keys of each class did after their last use: at which age they came back (`returned`) or were lost from sight (`ended`). From that, what it
 * is worth to keep one that has waited for a given age: the best, over all times one could go on waiting, of the chance that it returns by
 * then per request waited. That is the Gittins index of the waiting time, and right for loops (worth grows with age) as for recency (it falls).
 *
 * @see Gittins 1979, "Bandit processes and dynamic allocation indices"; Beckmann, Chen, Cidon 2018, "LHD", for its use in caches
 */
export class ReuseWorth {
  readonly #classes: number;
  readonly #returned: Float64Array;
  readonly #ended: Float64Array;
  readonly #worth: Float64Array;
  readonly #pooledHazard = new Float64Array(ageBins).fill(priorHazard);
  readonly #widths = Float64Array.from({ length: ageBins }, (_, bin) => widthOf(bin));

  constructor(classes: number) {
    this.#classes = classes;
    this.#returned = new Float64Array(classes * ageBins);
    this.#ended = new Float64Array(classes * ageBins);
    this.#worth = new Float64Array(classes * ageBins);
    this.learn(1);
  }

  returned(kind: number, bin: number): void {
    this.#returned[kind * ageBins + bin]! += 1;
  }

  ended(kind: number, bin: number): void {
    this.#ended[kind * ageBins + bin]! += 1;
  }

  /** Chance of a hit per request that it is kept. */
  of(kind: number, bin: number): number {
    return this.#worth[kind * ageBins + bin]!;
  }

  /** Draws the consequences of what was seen, then forgets a part of it. @param keep 0 to 1 */
  learn(keep: number): void {
    this.#pool();
    const pooled = this.#indexOf(this.#pooledHazard);
    const hazard = new Float64Array(ageBins);
    for (let kind = 0; kind < this.#classes; kind++) {
      const seen = this.#hazardOf(kind, hazard) > 0.5;
      this.#worth.set(seen ? this.#indexOf(hazard) : pooled, kind * ageBins);
    }
    for (let index = 0; index < this.#returned.length; index++) {
      this.#returned[index]! *= keep;
      this.#ended[index]! *= keep;
    }
  }

  /** The chance of coming back in each bin, over all classes. What few have seen is believed less. */
  #pool(): void {
    let atRisk = 0;
    for (let bin = ageBins - 1; bin >= 0; bin--) {
      let returned = 0;
      for (let index = bin; index < this.#returned.length; index += ageBins) {
        returned += this.#returned[index]!;
        atRisk += this.#returned[index]! + this.#ended[index]!;
      }
      this.#pooledHazard[bin] = (returned + priorWeight * priorHazard) / (atRisk + priorWeight);
    }
  }

  /** @returns how many keys of the class were seen */
  #hazardOf(kind: number, hazard: Float64Array): number {
    let atRisk = 0;
    for (let bin = ageBins - 1; bin >= 0; bin--) {
      const returned = this.#returned[kind * ageBins + bin]!;
      atRisk += returned + this.#ended[kind * ageBins + bin]!;
      hazard[bin] = (returned + priorWeight * this.#pooledHazard[bin]!) / (atRisk + priorWeight);
    }
    return atRisk;
  }

  /** The Gittins index at each age, from the chance of coming back in each bin. */
  #indexOf(hazard: Float64Array): Float64Array {
    const worth = new Float64Array(ageBins);
    for (let from = 0; from < ageBins; from++) {
      let waiting = 1;
      let chance = 0;
      let time = 0;
      for (let bin = from; bin < ageBins && waiting > 0.02; bin++) {
        const returning = waiting * hazard[bin]!;
        const width = bin === from ? this.#widths[bin]! / 2 : this.#widths[bin]!;
        chance += returning;
        time += (waiting - returning / 2) * width;
        waiting -= returning;
        if (chance > worth[from]! * time) worth[from] = chance / time;
      }
    }
    return worth;
  }
}
