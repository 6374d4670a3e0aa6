import { LRUCache } from 'lru-cache';
import { Counter, Gauge } from 'prom-client';
import { atMostEntries } from '#compute';
import type { Allowance, AllowanceStore, Lease, LeaseStore, Verdict } from './allowance.ts';
import { Holding } from './holding.ts';
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
const maxKeys = 50_000;

/**
 * Spends from leases of a shared count: the first requests of a key ask one by one, busy keys lease more and more units at a time and
 * answer at once, without a round trip. Leased units are counted already, so that all copies together are never over the limit.
 *
 * While the shared store does not answer, this process' own count goes on from where it stood: a limit is then up to as many times looser
 * as there are copies, never absent.
 */
export class LeasedWindows implements AllowanceStore {
  private readonly holdings: LRUCache<string, Holding>;
  private readonly full = new Set<Holding>();
  private pausedUntilMs = 0;
  private sweep: NodeJS.Timeout | undefined;

  constructor(
    private readonly common: LeaseStore,
    private readonly local: LocalWindows,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.holdings = new LRUCache({ ...atMostEntries(maxKeys), dispose: (holding) => void this.returnRest(holding) });
  }

  take(allowance: Allowance): Verdict | Promise<Verdict> {
    const holding = this.holdingOf(allowance);
    const verdict = holding.spend(allowance.cost, this.nowMs());
    if (verdict && holding.isLow) void this.ask(holding, { ...allowance, cost: 0 });
    return verdict ?? this.takeCommon(holding, allowance);
  }

  /** Returns everything that is in hand. */
  async close(): Promise<void> {
    clearTimeout(this.sweep);
    await Promise.all([...this.full].map((holding) => this.returnRest(holding)));
  }

  private holdingOf(allowance: Allowance): Holding {
    const known = this.holdings.get(allowance.key);
    if (known) return known;
    const holding = new Holding(allowance);
    this.holdings.set(allowance.key, holding);
    return holding;
  }

  /** One asks for all who wait; whom its lease does not serve asks next. */
  private async takeCommon(holding: Holding, allowance: Allowance): Promise<Verdict> {
    holding.waiting += allowance.cost;
    try {
      while (holding.asking) {
        const lease = await holding.asking;
        if (!lease) return this.takeAlone(allowance);
        const verdict = holding.spend(allowance.cost, this.nowMs());
        if (verdict) return verdict;
      }
      const lease = await this.ask(holding, allowance);
      return lease
        ? { allowed: lease.allowed, remaining: lease.remaining + holding.left, waitMs: lease.waitMs }
        : this.takeAlone(allowance);
    } finally {
      holding.waiting -= allowance.cost;
    }
  }

  private takeAlone(allowance: Allowance): Verdict {
    fallbacks.inc();
    return this.local.take(allowance);
  }

  /** @returns undefined when the shared store is away; `cost` is spent by the time this settles, the rest of the lease is in hand */
  private ask(holding: Holding, allowance: Allowance): Promise<Lease | undefined> {
    holding.asking = this.lease(holding, allowance).finally(() => {
      holding.asking = undefined;
    });
    return holding.asking;
  }

  private async lease(holding: Holding, allowance: Allowance): Promise<Lease | undefined> {
    const askedAtMs = this.nowMs();
    if (askedAtMs < this.pausedUntilMs) return undefined;
    try {
      if (holding.hasEnded(askedAtMs)) void this.returnRest(holding);
      const lease = await this.common.lease({ ...allowance, want: Math.max(allowance.cost, holding.want) });
      if (holding.left > 0 && lease.allowed && lease.slot !== holding.slot) void this.returnRest(holding);
      holding.add(lease, allowance.cost, askedAtMs, this.nowMs());
      this.note(holding, lease.granted);
      shared.set(1);
      return lease;
    } catch {
      // Why is for the log of the connection; here it matters only that nobody counted. The metrics say so.
      shared.set(0);
      this.pausedUntilMs = this.nowMs() + pauseMs;
      return undefined;
    }
  }

  private note(holding: Holding, granted: number): void {
    if (granted > 0) this.local.note(holding, granted);
    if (holding.left === 0) return;
    this.full.add(holding);
    this.sweep ??= setTimeout(() => this.returnEnded(), holding.windowMs / 12).unref();
  }

  /** Leases that nobody spends any more go back; what comes after asks again. */
  private returnEnded(): void {
    this.sweep = undefined;
    for (const holding of this.full) if (holding.hasEnded(this.nowMs())) void this.returnRest(holding);
    const [next] = this.full;
    if (next) this.sweep = setTimeout(() => this.returnEnded(), next.windowMs / 12).unref();
  }

  private async returnRest(holding: Holding): Promise<void> {
    this.full.delete(holding);
    const { slot, units } = holding.takeRest();
    if (units === 0) return;
    this.local.note(holding, -units);
    try {
      await this.common.giveBack(holding.key, slot, units);
    } catch {
      // They leave with their window, at the latest.
    }
  }
}
