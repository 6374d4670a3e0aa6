/** Limits repetitions to a share of the requests, so that a failing upstream is not asked a multiple of what it usually is. Pure. */

/** Repetitions that a request pays for: a third of the requests may be repeated for as long as they like. */
const share = 0.34;
/** Saved up at most: short faults of little-used upstreams are bridged. */
const cap = 10;

/** @see Finagle, "RetryBudget" */
export class RetryBudget {
  #balance = cap;

  deposit(): void {
    this.#balance = Math.min(cap, this.#balance + share);
  }

  /** @returns whether one more repetition may be made */
  withdraw(): boolean {
    if (this.#balance < 1) return false;
    this.#balance--;
    return true;
  }
}
