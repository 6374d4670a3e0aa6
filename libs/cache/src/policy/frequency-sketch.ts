import { mix } from './hash.ts';

const maxCount = 15;
const rows = 4;

/**
 * Recent access frequency of keys: a count-min sketch whose counts are halved periodically.
 * @see Einziger, Friedman, Manes 2017, "TinyLFU: A Highly Efficient Cache Admission Policy"
 */
export class FrequencySketch {
  #counts: Uint8Array;
  #mask: number;
  #additions = 0;
  /** Counts are halved after this many additions. */
  period: number;

  /** @param keys number of keys to distinguish; rounded up to a power of two */
  constructor(keys: number, period: number) {
    const width = 2 ** Math.ceil(Math.log2(Math.max(64, keys)));
    this.#counts = new Uint8Array(width * rows);
    this.#mask = width - 1;
    this.period = period;
  }

  get width(): number {
    return this.#mask + 1;
  }

  /** Counts an access, raising only the lowest counts (conservative update). */
  add(hash: number): void {
    const seen = this.estimate(hash);
    if (seen < maxCount) {
      const other = mix(hash) | 1;
      for (let row = 0; row < rows; row++) {
        const index = this.#index(hash, other, row);
        if (this.#counts[index] === seen) this.#counts[index] = seen + 1;
      }
    }
    this.#additions += 1;
    if (this.#additions >= this.period) this.#fade();
  }

  /** @returns 0 to 15; never less than the number of accesses since the counts were last halved */
  estimate(hash: number): number {
    const other = mix(hash) | 1;
    let least = maxCount;
    for (let row = 0; row < rows; row++) least = Math.min(least, this.#counts[this.#index(hash, other, row)]!);
    return least;
  }

  #index(hash: number, other: number, row: number): number {
    const spread = hash + Math.imul(other, row);
    return ((spread ^ (spread >>> 15)) & this.#mask) * rows + row;
  }

  #fade(): void {
    for (let index = 0; index < this.#counts.length; index++) this.#counts[index]! >>= 1;
    this.#additions >>= 1;
  }
}
