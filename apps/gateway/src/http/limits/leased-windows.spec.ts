import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { register } from 'prom-client';
import { type Allowance, type Lease, type LeaseAsk, type LeaseStore, leaseShare, slotsPerWindow } from './allowance.ts';
import { LeasedWindows } from './leased-windows.ts';
import { LocalWindows } from './local-windows.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const allowance: Allowance = { key: 'somebody', cost: 1, limit: 2, windowMs: 60_000 };
const metricValue = async (name: string) => (await register.getSingleMetric(name)?.get())?.values[0]?.value;

let nowMs = 6_000_000;
beforeEach(() => {
  nowMs = 6_000_000;
});

/** A shared store that can be taken away; what it says is what Redis says. */
class Common implements LeaseStore {
  up = true;
  asked = 0;
  readonly units = new Map<number, number>();
  async lease({ cost, want, limit, windowMs }: LeaseAsk): Promise<Lease> {
    this.asked += 1;
    if (!this.up) throw new Error('away');
    const slotMs = windowMs / slotsPerWindow;
    const slot = Math.floor(nowMs / slotMs);
    for (const old of this.units.keys()) if (old < slot - slotsPerWindow) this.units.delete(old);
    const free = limit - [...this.units.values()].reduce((sum, units) => sum + units, 0);
    const granted = cost <= free ? Math.min(free, Math.max(cost, Math.min(want, Math.floor(free / leaseShare)))) : 0;
    this.units.set(slot, (this.units.get(slot) ?? 0) + granted);
    const goodForMs = (slot + 1) * slotMs - nowMs;
    return { allowed: granted > 0, granted, slot, goodForMs, waitMs: 60_000, remaining: free - granted };
  }
  async giveBack(_key: string, slot: number, units: number): Promise<void> {
    this.units.set(slot, (this.units.get(slot) ?? 0) - units);
  }
}

const copyOf = (common: LeaseStore) => new LeasedWindows(common, new LocalWindows(() => nowMs), () => nowMs);
const grants = async (windows: LeasedWindows, times: number, wanted: Allowance = allowance) => {
  const answers = [];
  for (let index = 0; index < times; index++) answers.push(await windows.take(wanted));
  return answers.map(({ allowed }) => allowed);
};

describe('LeasedWindows', () => {
  it('counts in the shared store while that answers', async () => {
    expect(await grants(copyOf(new Common()), 3)).toEqual([true, true, false]);
    expect(await metricValue('gateway_rate_limit_shared')).toBe(1);
  });
  it('answers busy keys at once, and asks ever more seldom', async () => {
    const common = new Common();
    const windows = copyOf(common);
    await grants(windows, 1_000, { ...allowance, limit: 100_000 });
    expect(common.asked).toBeLessThan(20);
    expect(windows.take({ ...allowance, limit: 100_000 })).not.toBeInstanceOf(Promise);
  });
  it('says what is left of the whole, not of the lease', async () => {
    const windows = copyOf(new Common());
    const remaining = [];
    for (let index = 0; index < 40; index++) remaining.push((await windows.take({ ...allowance, limit: 100 })).remaining);
    expect(remaining).toEqual(Array.from({ length: 40 }, (_, index) => 99 - index));
  });
  it('grants the whole limit to whoever asks alone, all at once or one by one', async () => {
    const windows = copyOf(new Common());
    const answers = await Promise.all(Array.from({ length: 60 }, () => windows.take({ ...allowance, limit: 50 })));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(50);
  });
  it('returns what it did not spend, once its slot is over and when it closes', async () => {
    const common = new Common();
    const windows = copyOf(common);
    await grants(windows, 100, { ...allowance, limit: 10_000 });
    await windows.close();
    expect([...common.units.values()].reduce((sum, units) => sum + units, 0)).toBe(100);
  });
  it('spends no lease after its slot', async () => {
    const common = new Common();
    const windows = copyOf(common);
    await grants(windows, 100, { ...allowance, limit: 10_000 });
    nowMs += 60_000 / slotsPerWindow;
    expect(windows.take({ ...allowance, limit: 10_000 })).toBeInstanceOf(Promise);
  });
  it('does not ask again for every request of somebody who was just refused', async () => {
    const common = new Common();
    const windows = copyOf(common);
    await grants(windows, 3);
    const asked = common.asked;
    expect(await grants(windows, 100)).not.toContain(true);
    expect(common.asked).toBe(asked);
  });

  it('is never over the limit in any window, however many copies spend in whatever rhythm', async () => {
    const step = fc.record({
      copy: fc.nat(3),
      afterMs: fc.integer({ min: 0, max: 9_000 }),
      cost: fc.integer({ min: 1, max: 4 }),
      burst: fc.integer({ min: 1, max: 12 }),
    });
    const check = async (steps: { copy: number; afterMs: number; cost: number; burst: number }[]) => {
      nowMs = 6_000_000;
      const common = new Common();
      const copies = Array.from({ length: 4 }, () => copyOf(common));
      const spent: { atMs: number; cost: number }[] = [];
      for (const { copy, afterMs, cost, burst } of steps) {
        nowMs += afterMs;
        const verdicts = await Promise.all(Array.from({ length: burst }, () => copies[copy]!.take({ ...allowance, cost, limit: 40 })));
        for (const { allowed } of verdicts) if (allowed) spent.push({ atMs: nowMs, cost });
      }
      for (const { atMs: end } of spent) {
        const inWindow = spent.filter(({ atMs }) => atMs > end - 60_000 && atMs <= end);
        expect(inWindow.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(40);
      }
      for (const copy of copies) await copy.close();
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), check), { numRuns: 200 });
  });
});

describe('LeasedWindows without the shared store', () => {
  it('still limits, and says so in the metrics', async () => {
    const common = new Common();
    common.up = false;
    const before = (await metricValue('gateway_rate_limit_fallbacks_total')) ?? 0;
    expect(await grants(copyOf(common), 3)).toEqual([true, true, false]);
    expect(await metricValue('gateway_rate_limit_shared')).toBe(0);
    expect(await metricValue('gateway_rate_limit_fallbacks_total')).toBe(before + 3);
  });
  it('goes on from where it stood when the shared store leaves', async () => {
    const common = new Common();
    const windows = copyOf(common);
    expect(await grants(windows, 1)).toEqual([true]);
    common.up = false;
    expect(await grants(windows, 2)).toEqual([true, false]);
  });
  it('does not ask a failing store at every request, and returns to it later', async () => {
    const common = new Common();
    common.up = false;
    const windows = copyOf(common);
    for (let index = 0; index < 10; index++) await windows.take({ ...allowance, key: `somebody ${index}` });
    expect(common.asked).toBe(1);
    common.up = true;
    nowMs += 1_000;
    expect((await windows.take({ ...allowance, key: 'somebody else' })).allowed).toBe(true);
    expect(common.asked).toBe(2);
  });
});
