import type { EvictionValue } from './eviction-value.ts';
import { binOf } from './eviction-value.ts';
import { mix } from './hash.ts';

const maxTracked = 4_096;

interface Tracked {
  readonly kind: number;
  readonly sinceClock: number;
}

/**
 * Tracks the reuse of a fixed sample of keys, chosen by hash, resident or not, so that the statistics do not depend on evictions. Bounded: halves
 * the sampling rate when it holds too many keys.
 * @see Waldspurger, Park, Garthwaite, Ahmad 2015, "Efficient MRC Construction with SHARDS"
 */
export class ReuseSample {
  readonly #value: EvictionValue;
  readonly #tracked = new Map<number, Tracked>();
  #threshold = 2 ** 32;

  constructor(value: EvictionValue) {
    this.#value = value;
  }

  /** Records an access to a key of class `kind`. @param horizon number of requests after which a key is given up */
  access(hash: number, kind: number, clock: number, horizon: number): void {
    if (!this.#isSampled(hash)) return;
    const before = this.#tracked.get(hash);
    if (before) {
      this.#value.returned(before.kind, binOf((clock - before.sinceClock) | 0));
      this.#tracked.delete(hash);
    }
    this.#tracked.set(hash, { kind, sinceClock: clock });
    if (this.#tracked.size > maxTracked) this.#halve(clock, horizon);
  }

  /** Gives up keys not reused within the horizon. */
  expire(clock: number, horizon: number): void {
    for (const [hash, { kind, sinceClock }] of this.#tracked) {
      const age = (clock - sinceClock) | 0;
      if (age < horizon) break; // in order of their last use
      this.#value.ended(kind, binOf(age));
      this.#tracked.delete(hash);
    }
  }

  #halve(clock: number, horizon: number): void {
    this.expire(clock, horizon);
    if (this.#tracked.size < 0.9 * maxTracked) return;
    this.#threshold /= 2;
    for (const hash of this.#tracked.keys()) if (!this.#isSampled(hash)) this.#tracked.delete(hash);
  }

  #isSampled(hash: number): boolean {
    return mix(hash ^ 0x5bd1e995) >>> 0 < this.#threshold;
  }
}
