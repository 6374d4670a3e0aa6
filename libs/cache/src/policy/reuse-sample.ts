import type { EvictionValue } from './eviction-value.ts';
import { binOf } from './eviction-value.ts';
import { mix } from './hash.ts';
import { IntegerMap } from './integer-map.ts';

const maxTracked = 4_096;

const unused = 255;

/**
 * Tracks the reuse of a fixed sample of keys, chosen by hash, resident or not, so that the statistics do not depend on evictions. Bounded: halves
 * the sampling rate when it holds too many keys.
 * @see Waldspurger, Park, Garthwaite, Ahmad 2015, "Efficient MRC Construction with SHARDS"
 */
export class ReuseSample {
  readonly #value: EvictionValue;
  /** Index of each tracked key in the columns below. */
  readonly #indices = new IntegerMap();
  readonly #hashes = new Int32Array(maxTracked + 1);
  readonly #kinds = new Uint8Array(maxTracked + 1).fill(unused);
  readonly #accessedAt = new Int32Array(maxTracked + 1);
  readonly #free = Array.from({ length: maxTracked + 1 }, (_, index) => maxTracked - index);
  #threshold = 2 ** 32;

  constructor(value: EvictionValue) {
    this.#value = value;
  }

  /** Records an access to a key of class `kind`. @param horizon number of requests after which a key is given up */
  access(hash: number, kind: number, clock: number, horizon: number): void {
    if (!this.#isSampled(hash)) return;
    const known = this.#indices.get(hash);
    if (known >= 0) this.#value.returned(this.#kinds[known]!, binOf((clock - this.#accessedAt[known]!) | 0));
    const index = known >= 0 ? known : this.#track(hash);
    this.#kinds[index] = kind;
    this.#accessedAt[index] = clock;
    if (this.#indices.size > maxTracked) this.#halve(clock, horizon);
  }

  /** Gives up keys not reused within the horizon. */
  expire(clock: number, horizon: number): void {
    for (let index = 0; index <= maxTracked; index++) {
      const age = (clock - this.#accessedAt[index]!) | 0;
      if (this.#kinds[index] === unused || age < horizon) continue;
      this.#value.ended(this.#kinds[index]!, binOf(age));
      this.#release(index);
    }
  }

  #track(hash: number): number {
    const index = this.#free.pop()!;
    this.#hashes[index] = hash;
    this.#indices.set(hash, index);
    return index;
  }

  #release(index: number): void {
    this.#indices.delete(this.#hashes[index]!);
    this.#kinds[index] = unused;
    this.#free.push(index);
  }

  #halve(clock: number, horizon: number): void {
    this.expire(clock, horizon);
    if (this.#indices.size < 0.9 * maxTracked) return;
    this.#threshold /= 2;
    for (let index = 0; index <= maxTracked; index++) {
      if (this.#kinds[index] !== unused && !this.#isSampled(this.#hashes[index]!)) this.#release(index);
    }
  }

  #isSampled(hash: number): boolean {
    return mix(hash ^ 0x5bd1e995) >>> 0 < this.#threshold;
  }
}
