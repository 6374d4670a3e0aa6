/** Ages, in requests, on a logarithmic scale: four bins an octave, up to 2^27. */
export const ageBins = 4 * 26;

/** @param age at least 0 */
export function binOf(age: number): number {
  if (age < 4) return age | 0;
  const octave = 31 - Math.clz32(age);
  return Math.min(ageBins - 1, 4 * (octave - 1) + ((age >>> (octave - 2)) & 3));
}

/** The first age of a bin. */
export function startOf(bin: number): number {
  if (bin < 4) return bin;
  return (4 + (bin & 3)) * 2 ** ((bin >> 2) - 1);
}

export const widthOf = (bin: number): number => startOf(bin + 1) - startOf(bin);

const priorWeight = 6;
/** Initial probability of reuse, equal in every bin, so that value falls with age as in LRU. */
const priorHazard = 0.1;

/**
 * The value of keeping an entry, by class and age. Counts for each class at which age keys were reused (`returned`) or given up (`ended`); the value
 * at an age is the Gittins index: the maximum, over all further waiting times, of the probability of reuse by then per request waited. It rises
 * with age for loops and falls with age for recency.
 *
 * @see Gittins 1979, "Bandit processes and dynamic allocation indices"; Beckmann, Chen, Cidon 2018, "LHD", for its use in caches
 */
export class EvictionValue {
  readonly #classes: number;
  readonly #returned: Float64Array;
  readonly #ended: Float64Array;
  readonly #value: Float64Array;
  readonly #pooledHazard = new Float64Array(ageBins).fill(priorHazard);
  readonly #widths = Float64Array.from({ length: ageBins }, (_, bin) => widthOf(bin));

  constructor(classes: number) {
    this.#classes = classes;
    this.#returned = new Float64Array(classes * ageBins);
    this.#ended = new Float64Array(classes * ageBins);
    this.#value = new Float64Array(classes * ageBins);
    this.learn(1);
  }

  returned(kind: number, bin: number): void {
    this.#returned[kind * ageBins + bin]! += 1;
  }

  ended(kind: number, bin: number): void {
    this.#ended[kind * ageBins + bin]! += 1;
  }

  /** Probability of a hit per request that the entry is kept. */
  of(kind: number, bin: number): number {
    return this.#value[kind * ageBins + bin]!;
  }

  /** Recomputes the values from the counts, then decays the counts. @param keep 0 to 1 */
  learn(keep: number): void {
    this.#pool();
    const pooled = this.#indexOf(this.#pooledHazard);
    const hazard = new Float64Array(ageBins);
    for (let kind = 0; kind < this.#classes; kind++) {
      const seen = this.#hazardOf(kind, hazard) > 0.5;
      this.#value.set(seen ? this.#indexOf(hazard) : pooled, kind * ageBins);
    }
    for (let index = 0; index < this.#returned.length; index++) {
      this.#returned[index]! *= keep;
      this.#ended[index]! *= keep;
    }
  }

  /** The probability of reuse in each bin over all classes, smoothed where there are few observations. */
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

  /** @returns number of observations of the class */
  #hazardOf(kind: number, hazard: Float64Array): number {
    let atRisk = 0;
    for (let bin = ageBins - 1; bin >= 0; bin--) {
      const returned = this.#returned[kind * ageBins + bin]!;
      atRisk += returned + this.#ended[kind * ageBins + bin]!;
      hazard[bin] = (returned + priorWeight * this.#pooledHazard[bin]!) / (atRisk + priorWeight);
    }
    return atRisk;
  }

  /** The Gittins index at each age, from the probability of reuse in each bin. */
  #indexOf(hazard: Float64Array): Float64Array {
    const value = new Float64Array(ageBins);
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
        if (chance > value[from]! * time) value[from] = chance / time;
      }
    }
    return value;
  }
}
