import { Counter, Gauge } from 'prom-client';
import type { Allowance, AllowanceStore, Verdict } from './allowance.ts';

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

/** Counts in the shared store, and in this process while that does not answer: a limit may be looser then, never absent. */
export class SteadyWindows implements AllowanceStore {
  private pausedUntilMs = 0;

  constructor(
    private readonly common: AllowanceStore,
    private readonly local: AllowanceStore,
    private readonly nowMs: () => number = Date.now,
  ) {}

  async take(allowance: Allowance): Promise<Verdict> {
    return (await this.takeCommon(allowance)) ?? this.takeLocal(allowance);
  }

  private async takeCommon(allowance: Allowance): Promise<Verdict | undefined> {
    if (this.nowMs() < this.pausedUntilMs) return undefined;
    try {
      const verdict = await this.common.take(allowance);
      shared.set(1);
      return verdict;
    } catch {
      // Why is for the log of the connection; here it matters only that nobody counted. The metrics say so.
      this.pausedUntilMs = this.nowMs() + pauseMs;
      return undefined;
    }
  }

  private takeLocal(allowance: Allowance): Promise<Verdict> {
    shared.set(0);
    fallbacks.inc();
    return this.local.take(allowance);
  }
}
