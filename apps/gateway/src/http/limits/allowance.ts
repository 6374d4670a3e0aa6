/** The words of rate limiting: what somebody asks to spend, and what the keeper of the count says. */

export interface Allowance {
  /** Whose count: the same key means the same count, on every copy of the gateway. */
  readonly key: string;
  /** Units asked for; at least 1. */
  readonly cost: number;
  /** Units in any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Units left now; never negative. */
  readonly remaining: number;
  /** Allowed: until some of what was spent comes back. Refused: until `cost` units are free. */
  readonly waitMs: number;
}

/** Keeps counts. `take` spends the cost when it fits and spends nothing when it does not. */
export interface AllowanceStore {
  take(allowance: Allowance): Promise<Verdict>;
}

/**
 * A window is counted in this many slots. A slot leaves as a whole, once its last millisecond has left the window, so that no window of
 * `windowMs`, wherever it begins, ever holds more than the limit; the price is that units come back up to a twelfth of the window late.
 */
export const slotsPerWindow = 12;
