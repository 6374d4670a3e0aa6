import { binOf } from './age-bins.ts';
import { mix } from './hash.ts';
import type { ReuseWorth } from './reuse-worth.ts';

const maxTracked = 4_096;

interface Tracked {
  readonly kind: number;
  readonly sinceClock: number;
}

/**
 * Watches a fixed sample of keys, chosen by hash, whether they are resident or not, so that what is learnt does not depend on what was kept.
 * When it would hold too many, it halves the sample.
 * @see Waldspurger, Park, Garthwaite, Ahmad 2015, "Efficient MRC Construction with SHARDS"
 */
export class ReuseSample {
  readonly #worth: ReuseWorth;
  readonly #tracked = new Map<number, Tracked>();
  #threshold = 2 ** 32;

  constructor(worth: ReuseWorth) {
    this.#worth = worth;
  }

  /** A key of class `kind` was just asked for. @param horizon after how many requests a key is given up */
  see(hash: number, kind: number, clock: number, horizon: number): void {
    if (!this.#chosen(hash)) return;
    const before = this.#tracked.get(hash);
    if (before) {
      this.#worth.returned(before.kind, binOf((clock - before.sinceClock) | 0));
      this.#tracked.delete(hash);
    }
    this.#tracked.set(hash, { kind, sinceClock: clock });
    if (this.#tracked.size > maxTracked) this.#thin(clock, horizon);
  }

  /** Counts those still waiting as having waited this long. */
  census(clock: number, horizon: number): void {
    for (const [hash, { kind, sinceClock }] of this.#tracked) {
      const age = (clock - sinceClock) | 0;
      if (age < horizon) break; // in order of their last use
      this.#worth.ended(kind, binOf(age));
      this.#tracked.delete(hash);
    }
  }

  #thin(clock: number, horizon: number): void {
    this.census(clock, horizon);
    if (this.#tracked.size < 0.9 * maxTracked) return;
    this.#threshold /= 2;
    for (const hash of this.#tracked.keys()) if (!this.#chosen(hash)) this.#tracked.delete(hash);
  }

  #chosen(hash: number): boolean {
    return mix(hash ^ 0x5bd1e995) >>> 0 < this.#threshold;
  }
}
