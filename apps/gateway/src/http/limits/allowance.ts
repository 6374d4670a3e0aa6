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

/** Keeps counts. `take` spends the cost when it fits and spends nothing when it does not; it answers at once where it can. */
export interface AllowanceStore {
  take(allowance: Allowance): Verdict | Promise<Verdict>;
}

export interface LeaseAsk extends Allowance {
  /** Units one would like to have in hand, `cost` among them; how many there are is the keeper's to say. */
  readonly want: number;
}

/** Units that are counted already and may be spent later without asking. */
export interface Lease extends Verdict {
  /** 0 when `cost` did not fit, else at least `cost`. */
  readonly granted: number;
  /** Which slot they are counted in. */
  readonly slot: number;
  /** They may be spent until that slot ends: then they were spent in the slot they are counted in, and the count stays exact. */
  readonly goodForMs: number;
}

/** A count shared by several copies, of which each takes some units at a time. */
export interface LeaseStore {
  lease(ask: LeaseAsk): Promise<Lease>;
  /** Returns what was leased and not spent. */
  giveBack(key: string, slot: number, units: number): Promise<void>;
}

/**
 * A window is counted in this many slots. A slot leaves as a whole, once its last millisecond has left the window, so that no window of
 * `windowMs`, wherever it begins, ever holds more than the limit; the price is that units come back up to a twelfth of the window late.
 */
export const slotsPerWindow = 12;

/** A lease beyond what is needed now takes at most this part of what is free: near the limit copies take unit by unit, and none starves another. */
export const leaseShare = 8;
