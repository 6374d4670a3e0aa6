import { describe, expect, it } from '@jest/globals';
import { chooseOfTwo, EndpointHealth } from './endpoint-health.ts';
import { RetryBudget } from './retry-budget.ts';

const answered = (latencyMs: number, isGood = true, times = 30) => {
  const health = new EndpointHealth();
  for (let call = 0; call < times; call++) {
    health.begin();
    health.end(latencyMs, isGood);
  }
  return health;
};

describe('the health of an endpoint', () => {
  it('is the share of good answers of late', () => {
    expect(answered(10).success).toBe(1);
    expect(answered(10, false).success).toBeLessThan(0.01);
    expect(answered(10, false, 1).success).toBeCloseTo(0.8);
  });

  it('is not touched by a caller that gives up', () => {
    const health = answered(10);
    health.begin();
    health.end(10_000, undefined);
    expect([health.success, health.cost]).toEqual([1, answered(10).cost]);
  });

  it('costs more when it is slow and when it is busy, and no less when it fails fast', () => {
    const busy = answered(10);
    for (let call = 0; call < 5; call++) busy.begin();
    expect(answered(10).cost).toBeLessThan(answered(20).cost);
    expect(answered(20).cost).toBeLessThan(busy.cost);
    const failing = answered(20);
    failing.begin();
    failing.end(1, false);
    expect(failing.cost).toBe(answered(20).cost);
  });
});

describe('the choice of two', () => {
  const candidates = [{ cost: 1 }, { cost: 2 }, { cost: 3 }];

  it('never takes the worst of all, and never the same one twice', () => {
    const draws = Array.from({ length: 100 }, (_, at) => chooseOfTwo(candidates, () => ((at * 37) % 100) / 100)!.cost);
    expect(new Set(draws)).toEqual(new Set([1, 2]));
  });

  it('takes the only one, or none', () => {
    expect(chooseOfTwo([candidates[2]!], Math.random)).toBe(candidates[2]);
    expect(chooseOfTwo([], Math.random)).toBeUndefined();
  });
});

describe('the retry budget', () => {
  it('lets a third of the requests be repeated, and a few more after quiet times', () => {
    const budget = new RetryBudget();
    let repeated = 0;
    for (let request = 0; request < 300; request++) {
      budget.deposit();
      if (budget.withdraw()) repeated++;
    }
    expect(repeated).toBeGreaterThanOrEqual(102);
    expect(repeated).toBeLessThanOrEqual(113);
  });
});
