import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slotsPerWindow } from './allowance.ts';
import { type Slots, takeFromWindow } from './sliding-window.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const windowMs = 60_000;
const ask = (slots: Slots, nowMs: number, cost = 1, limit = 10) => takeFromWindow(slots, { cost, limit, windowMs }, nowMs);

describe('takeFromWindow', () => {
  it('grants exactly the limit and then refuses', () => {
    const slots: Slots = new Map();
    const answers = Array.from({ length: 12 }, () => ask(slots, 1_000_000).allowed);
    expect(answers.filter(Boolean)).toHaveLength(10);
  });
  it('says what is left', () => {
    const slots: Slots = new Map();
    expect(ask(slots, 1_000_000, 3).remaining).toBe(7);
    expect(ask(slots, 1_000_000, 8)).toMatchObject({ allowed: false, remaining: 7 });
  });
  it('spends nothing on a refusal', () => {
    const slots: Slots = new Map();
    ask(slots, 1_000_000, 6);
    for (let index = 0; index < 5; index++) ask(slots, 1_000_000, 6);
    expect(ask(slots, 1_000_000, 4).allowed).toBe(true);
  });
  it('tells a refused caller when enough will be free, neither too early nor too late', () => {
    const slots: Slots = new Map();
    ask(slots, 1_000_000, 4);
    ask(slots, 1_020_000, 6);
    const { waitMs } = ask(slots, 1_030_000, 5);
    expect(ask(new Map(slots), 1_030_000 + waitMs - 1, 5).allowed).toBe(false);
    expect(ask(new Map(slots), 1_030_000 + waitMs, 5).allowed).toBe(true);
  });
  it('never grants more than the limit in any window, whatever the rhythm', () => {
    const request = fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), cost: fc.integer({ min: 1, max: 5 }) });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 120 }), (requests) => {
        const slots: Slots = new Map();
        const granted: { atMs: number; cost: number }[] = [];
        let atMs = 1_000_000;
        for (const { afterMs, cost } of requests) {
          atMs += afterMs;
          if (ask(slots, atMs, cost).allowed) granted.push({ atMs, cost });
        }
        for (const { atMs: end } of granted) {
          const inWindow = granted.filter((grant) => grant.atMs > end - windowMs && grant.atMs <= end);
          expect(inWindow.reduce((sum, grant) => sum + grant.cost, 0)).toBeLessThanOrEqual(10);
        }
        expect(slots.size).toBeLessThanOrEqual(slotsPerWindow + 1);
      }),
    );
  });
});
