/**
 * How many items are worked on at a time, 1 to `max`. One more while items wait and each takes about as long as before; a quarter fewer when more work
 * at a time only makes each item slower; one fewer while more than half of them have nothing to do.
 */

/** Share of the newest duration in the average. */
const weight = 0.2;
/** An item that takes this many times the shortest average is slowed down by the others. */
const slowed = 3;
/** The shortest average is forgotten slowly, because items may become larger. */
const forgetting = 1.01;

export class WorkerCount {
  readonly max: number;
  #limit: number;
  #averageMs: number | undefined;
  #shortestMs = Number.POSITIVE_INFINITY;

  /** @throws RangeError unless `max` is 1 to 32 */
  constructor(max: number) {
    if (!(Number.isInteger(max) && max >= 1 && max <= 32)) throw new RangeError(`there are 1 to 32 workers, not ${max}`);
    this.max = max;
    this.#limit = Math.min(2, max);
  }

  get limit(): number {
    return this.#limit;
  }

  /** @param durationMs of an item that ended @param waiting items that wait for a worker @param running items that are worked on, with this one */
  observe(durationMs: number, { waiting, running }: { readonly waiting: number; readonly running: number }): void {
    this.#averageMs = this.#averageMs === undefined ? durationMs : this.#averageMs + weight * (durationMs - this.#averageMs);
    this.#shortestMs = Math.min(this.#shortestMs * forgetting, this.#averageMs);
    if (this.#averageMs > slowed * this.#shortestMs) this.#limit = Math.max(1, Math.floor(0.75 * this.#limit));
    else if (waiting > 0) this.#limit = Math.min(this.max, this.#limit + 1);
    else if (2 * running < this.#limit) this.#limit = Math.max(1, this.#limit - 1);
  }
}
