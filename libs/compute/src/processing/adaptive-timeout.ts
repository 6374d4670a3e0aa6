/** A time limit that follows what is observed: three times the 99th percentile of the last durations. */

const leastMs = 1;
const mostMs = 60_000;
const factor = 3;
const remembered = 256;
/** Before so many durations are known, the limit is the greatest. */
const enough = 20;

export class AdaptiveTimeout {
  readonly #floorMs: number;
  readonly #durationsMs: number[] = [];
  #next = 0;

  /** @param floorMs the limit is never shorter; 1 to 60,000 */
  constructor(floorMs: number = leastMs) {
    this.#floorMs = Math.min(mostMs, Math.max(leastMs, floorMs));
  }

  /** In milliseconds, 1 to 60,000. */
  get limitMs(): number {
    if (this.#durationsMs.length < enough) return mostMs;
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1]!;
    return Math.min(mostMs, Math.max(this.#floorMs, factor * p99));
  }

  /** @param durationMs of work that ended, also of work that was stopped at the limit: then the limit grows */
  observe(durationMs: number): void {
    this.#durationsMs[this.#next] = durationMs;
    this.#next = (this.#next + 1) % remembered;
  }
}
