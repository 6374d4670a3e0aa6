/** What one copy of the gateway holds of somebody's allowance: units leased and not spent yet, and what it was told last. */
import type { Allowance, Lease, Verdict } from './allowance.ts';

/** A key that is asked for more often gets more units at a time, up to this many. */
const maxWant = 10_000;
/** A refusal is repeated without asking for this long: units come back earlier only when another copy returns some. */
const refusalGoodForMs = 200;

export class Holding {
  readonly key: string;
  readonly windowMs: number;
  slot = -1;
  left = 0;
  /** Units of requests that wait for the next lease. */
  waiting = 0;
  asking: Promise<Lease | undefined> | undefined;
  #leased = 0;
  #endsAtMs = 0;
  #remaining = 0;
  #backAtMs = 0;
  #want = 1;
  #refused = { cost: Number.POSITIVE_INFINITY, untilMs: 0 };

  constructor({ key, windowMs }: Pick<Allowance, 'key' | 'windowMs'>) {
    this.key = key;
    this.windowMs = windowMs;
  }

  /** How many units the next lease should bring. */
  get want(): number {
    return Math.max(this.#want, this.waiting);
  }

  hasEnded(nowMs: number): boolean {
    return nowMs >= this.#endsAtMs;
  }

  /** Whether it is time to ask for more before there is nothing left. */
  get isLow(): boolean {
    return this.#leased >= 32 && this.left < this.#leased / 4 && !this.asking;
  }

  /** @returns undefined when what is in hand does not do */
  spend(cost: number, nowMs: number): Verdict | undefined {
    if (this.left < cost || this.hasEnded(nowMs)) return this.#refusal(cost, nowMs);
    this.left -= cost;
    return { allowed: true, remaining: this.#remaining + this.left, waitMs: Math.max(0, this.#backAtMs - nowMs) };
  }

  #refusal(cost: number, nowMs: number): Verdict | undefined {
    if (nowMs >= this.#refused.untilMs || cost < this.#refused.cost) return undefined;
    return { allowed: false, remaining: this.#remaining, waitMs: Math.max(0, this.#backAtMs - nowMs) };
  }

  /**
   * Takes in what a lease brought, beyond what was asked for because it was needed at once.
   *
   * @param askedAtMs when it was asked for: it ended no later than that and `goodForMs`
   */
  add(lease: Lease, needed: number, askedAtMs: number, nowMs: number): void {
    this.#remaining = lease.remaining;
    this.#backAtMs = nowMs + lease.waitMs;
    if (!lease.allowed) {
      if (needed > 0) this.#refused = { cost: needed, untilMs: nowMs + Math.min(refusalGoodForMs, lease.waitMs) };
      this.#want = 1;
      return;
    }
    if (this.slot !== lease.slot) this.left = 0;
    this.slot = lease.slot;
    this.left += lease.granted - needed;
    this.#leased = this.left;
    this.#endsAtMs = askedAtMs + lease.goodForMs;
    this.#want = Math.min(maxWant, this.#want * 2);
  }

  /** Empties the hand. @returns what was in it; asks for less the next time when that was much */
  takeRest(): { readonly slot: number; readonly units: number } {
    const units = this.left;
    if (units > this.#leased / 2) this.#want = Math.max(1, Math.floor(this.#want / 4));
    this.left = 0;
    return { slot: this.slot, units };
  }
}
