import { backoffMs } from '#contracts';

export interface BreakerOptions {
  /** Failures in a row before it opens. */
  readonly failures?: number;
  /** How long it first stays open; doubles at each failed trial up to `maxOpenMs`. */
  readonly openMs?: number;
  readonly maxOpenMs?: number;
  readonly now?: () => number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** A circuit breaker for a cache tier: skips calls to a tier that keeps failing, so that only a few requests wait for it. */
export class Breaker {
  readonly #limits: Required<BreakerOptions>;
  #failuresInRow = 0;
  #opened = 0;
  #openUntilMs = 0;
  #trial = false;

  constructor(options: BreakerOptions = {}) {
    this.#limits = { failures: 5, openMs: 500, maxOpenMs: 10_000, now: Date.now, ...options };
  }

  get state(): BreakerState {
    if (this.#opened === 0) return 'closed';
    return this.#limits.now() < this.#openUntilMs ? 'open' : 'half-open';
  }

  /** True when a call may go out. While half-open only one call at a time does. */
  allows(): boolean {
    const state = this.state;
    if (state !== 'half-open') return state === 'closed';
    if (this.#trial) return false;
    this.#trial = true;
    return true;
  }

  succeeded(): void {
    this.#failuresInRow = 0;
    this.#opened = 0;
    this.#trial = false;
  }

  failed(): void {
    this.#failuresInRow += 1;
    const trialFailed = this.#trial;
    this.#trial = false;
    if (trialFailed || (this.#opened === 0 && this.#failuresInRow >= this.#limits.failures)) this.#open();
  }

  #open(): void {
    const { openMs, maxOpenMs, now } = this.#limits;
    this.#opened += 1;
    this.#openUntilMs = now() + backoffMs({ attempt: this.#opened, baseMs: openMs, capMs: maxOpenMs });
  }
}
