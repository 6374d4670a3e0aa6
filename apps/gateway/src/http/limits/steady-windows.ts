import { Counter, Gauge } from 'prom-client';
import type { Allowance, AllowanceStore, Verdict } from './allowance.ts';
import type { LocalWindows } from './local-windows.ts';

const fallbacks = new Counter({
  name: 'gateway_rate_limit_fallbacks_total',
  help: 'Requests that were counted in this process because Redis did not answer.',
});
const shared = new Gauge({
  name: 'gateway_rate_limit_shared',
  help: '1 while limits are counted in Redis, 0 while each copy counts alone.',
});

/** After a failure the shared store is left alone this long, so that a frozen one does not delay every request. */
const pauseMs = 1_000;

/**
 * Counts in this process and in the shared store, and grants what both grant. While the shared store does not answer, this process' own
 * count goes on from where it stood: a limit is then up to as many times looser as there are copies, never absent.
 */
export class SteadyWindows implements AllowanceStore {
  private pausedUntilMs = 0;

  constructor(
    private readonly common: AllowanceStore,
    private readonly local: LocalWindows,
    private readonly nowMs: () => number = Date.now,
  ) {}

  async take(allowance: Allowance): Promise<Verdict> {
    const own = await this.local.take(allowance);
    if (!own.allowed) return own; // what this copy alone has spent is too much already: no need to ask
    const ours = await this.takeCommon(allowance);
    if (!ours) return own;
    if (!ours.allowed) this.local.giveBack(allowance);
    return { ...ours, remaining: Math.min(ours.remaining, own.remaining) };
  }

  private async takeCommon(allowance: Allowance): Promise<Verdict | undefined> {
    const paused = this.nowMs() < this.pausedUntilMs;
    const verdict = paused ? undefined : await this.ask(allowance);
    shared.set(verdict ? 1 : 0);
    if (!verdict) fallbacks.inc();
    return verdict;
  }

  private async ask(allowance: Allowance): Promise<Verdict | undefined> {
    try {
      return await this.common.take(allowance);
    } catch {
      // Why is for the log of the connection; here it matters only that nobody counted. The metrics say so.
      this.pausedUntilMs = this.nowMs() + pauseMs;
      return undefined;
    }
  }
}
