import { describe, expect, it } from '@jest/globals';
import { register } from 'prom-client';
import type { Allowance, AllowanceStore } from './allowance.ts';
import { LocalWindows } from './local-windows.ts';
import { SteadyWindows } from './steady-windows.ts';

const allowance: Allowance = { key: 'somebody', cost: 1, limit: 2, windowMs: 60_000 };
const metricValue = async (name: string) => (await register.getSingleMetric(name)?.get())?.values[0]?.value;

/** A shared store that can be taken away. */
class Flaky implements AllowanceStore {
  up = true;
  asked = 0;
  private readonly windows = new LocalWindows(() => 5_000_000);
  take(wanted: Allowance) {
    this.asked += 1;
    return this.up ? this.windows.take(wanted) : Promise.reject(new Error('away'));
  }
}

describe('SteadyWindows', () => {
  let nowMs = 5_000_000;
  const steady = (common: AllowanceStore) => new SteadyWindows(common, new LocalWindows(() => nowMs), () => nowMs);

  it('counts in the shared store while that answers', async () => {
    const windows = steady(new Flaky());
    const answers = [await windows.take(allowance), await windows.take(allowance), await windows.take(allowance)];
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, false]);
    expect(await metricValue('gateway_rate_limit_shared')).toBe(1);
  });
  it('still limits when the shared store is away, and says so in the metrics', async () => {
    const common = new Flaky();
    common.up = false;
    const windows = steady(common);
    const answers = [await windows.take(allowance), await windows.take(allowance), await windows.take(allowance)];
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, false]);
    expect(await metricValue('gateway_rate_limit_shared')).toBe(0);
    expect(await metricValue('gateway_rate_limit_fallbacks_total')).toBe(2);
  });
  it('goes on from where it stood when the shared store leaves and comes back', async () => {
    const common = new Flaky();
    const windows = steady(common);
    const answers = [await windows.take(allowance)];
    common.up = false;
    answers.push(await windows.take(allowance));
    common.up = true;
    nowMs += 1_000;
    answers.push(await windows.take(allowance));
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, false]);
  });
  it('does not hold against a caller what the shared store refused', async () => {
    const common = new Flaky();
    const elsewhere = new SteadyWindows(common, new LocalWindows(() => nowMs), () => nowMs);
    for (let index = 0; index < 2; index++) await elsewhere.take(allowance);
    const windows = steady(common);
    for (let index = 0; index < 5; index++) expect((await windows.take(allowance)).allowed).toBe(false);
    common.up = false;
    expect((await windows.take(allowance)).allowed).toBe(true);
  });
  it('does not ask a failing store at every request, and returns to it later', async () => {
    const common = new Flaky();
    common.up = false;
    const windows = steady(common);
    for (let index = 0; index < 10; index++) await windows.take({ ...allowance, key: `somebody ${index}` });
    expect(common.asked).toBe(1);
    common.up = true;
    nowMs += 1_000;
    expect((await windows.take(allowance)).allowed).toBe(true);
    expect(common.asked).toBe(2);
  });
});
