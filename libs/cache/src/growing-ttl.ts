import { FrequencySketch } from './policy/frequency-sketch.ts';
import { hashOf } from './policy/hash.ts';

/** Lifetimes in seconds: of what is read once, and of what is read most. */
export interface TtlRange {
  readonly min: number;
  readonly max: number;
}

/** Keys that are told apart; the counts take 64 KiB. */
const countedKeys = 16_384;
/** From this many recent reads on an entry lives longest; the sketch counts no further. */
const readsForMax = 15;

/**
 * Lifetimes that grow with the reads of a key in this process, from `min` at its first read to `max` at its 15th, each read by the same factor.
 * Reads are counted apart from the entries, so that an expired, evicted or invalidated entry does not begin anew; all counts are halved after every
 * 163,840 reads, so that past popularity fades. Memory does not grow with the keys; a collision can lengthen a lifetime within the range, never shorten it.
 */
export class GrowingTtl {
  readonly #reads = new FrequencySketch(countedKeys, 10 * countedKeys);
  range: TtlRange;

  constructor(range: TtlRange) {
    this.range = range;
  }

  /** Counts a read, whether it is a hit or a miss. */
  onRead(key: string): void {
    this.#reads.add(hashOf(key));
  }

  /** @returns seconds in [min, max] for an entry that is stored now */
  secondsOf(key: string): number {
    const { min, max } = this.range;
    const reads = Math.max(1, this.#reads.estimate(hashOf(key)));
    return Math.min(max, min * (max / min) ** ((reads - 1) / (readsForMax - 1)));
  }
}
