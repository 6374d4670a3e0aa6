/** The order in which tracks mix. */
import { describe, expect, it } from '@jest/globals';
import { keyOfCamelot } from '#contracts';
import { seededRandom } from '#testing';
import { harmonicOrder, type Mixable, transitionBetween } from './harmonic-order.ts';

const track = (bpm: number | null, camelot?: string): Mixable => ({
  bpm,
  ...(camelot ? keyOfCamelot(camelot as '8A') : { key: null, mode: null }),
});
const nothing = track(null);

describe('a transition', () => {
  it('costs nothing between equals, and half and double tempo are equal', () => {
    expect(transitionBetween(track(120, '8A'), track(60, '8A')).cost).toBeCloseTo(0);
  });
  it('costs more the further tempo and key are apart, tempo more than key', () => {
    const [near, far] = [transitionBetween(track(120, '8A'), track(122, '9A')), transitionBetween(track(120, '8A'), track(133, '2B'))];
    expect(near.cost).toBeLessThan(far.cost);
    expect(transitionBetween(track(120, '8A'), track(134.4, '8A')).cost).toBeCloseTo(0.6);
    expect(transitionBetween(track(120, '8A'), track(120, '2A')).cost).toBeCloseTo(0.4);
  });
  it('from or to what is not known costs half', () => {
    expect(transitionBetween(nothing, track(120, '8A'))).toEqual({ cost: 0.5, tempo: null, key: null });
  });
});

describe('the suggested order', () => {
  it('goes up the tempi from the first one', () => {
    const bpms = [120, 128, 122, 126, 124];
    const { order, presentCost, suggestedCost } = harmonicOrder(bpms.map((bpm) => track(bpm, '8A')));
    expect(order.map((at) => bpms[at])).toEqual([120, 122, 124, 126, 128]);
    expect(suggestedCost).toBeLessThan(presentCost);
  });
  it('begins with the item that is asked for, and goes on to its key', () => {
    const keys = ['1A', '8A', '2A', '9A', '3A'];
    const { order } = harmonicOrder(
      keys.map((key) => track(120, key)),
      1,
    );
    expect(order.slice(0, 2).map((at) => keys[at])).toEqual(['8A', '9A']);
  });
  it('has what is not known last, in the present order, unless it is asked for', () => {
    const items = [nothing, track(120), nothing, track(121)];
    expect(harmonicOrder(items).order).toEqual([1, 3, 0, 2]);
    expect(harmonicOrder(items, 2).order[0]).toBe(2);
  });
  it('is the present one where an order with the unknown last would cost more', () => {
    // Far apart, with the unknown between them: it stands for less than the distance.
    const items = [track(100, '1A'), nothing, track(140, '7A')];
    const { order, presentCost, suggestedCost } = harmonicOrder(items);
    expect(order).toEqual([0, 1, 2]);
    expect(suggestedCost).toBe(presentCost);
  });
  it.each([[[]], [[nothing]], [[track(120, '8A')]], [[nothing, nothing]]])('of little to order is the present one', (items) => {
    expect(harmonicOrder(items).order).toEqual(items.map((_, at) => at));
  });
  it('is an order of all items, the same each time, and mends what nearest neighbours leave', () => {
    const random = seededRandom(7);
    const codes = Array.from({ length: 12 }, (_, at) => [`${at + 1}A`, `${at + 1}B`]).flat();
    const items = Array.from({ length: 300 }, () => track(90 + 60 * random(), codes[Math.floor(24 * random())]));
    const [first, again] = [harmonicOrder(items), harmonicOrder(items)];
    expect(again).toEqual(first);
    expect([...first.order].sort((a, b) => a - b)).toEqual(items.map((_, at) => at));
    expect(first.suggestedCost).toBeLessThan(0.25 * first.presentCost);
    expect(improvingReversals(items, first.order)).toBe(0);
  });
});

/** Segments whose reversal would lower the cost of the path: none after 2-opt. */
function improvingReversals(items: readonly Mixable[], order: readonly number[]): number {
  const cost = (a: number, b: number) => transitionBetween(items[order[a]!]!, items[order[b]!]!).cost;
  let found = 0;
  for (let from = 1; from < order.length - 1; from++)
    for (let to = from + 1; to < order.length - 1; to++)
      if (cost(from - 1, to) + cost(from, to + 1) < cost(from - 1, from) + cost(to, to + 1) - 1e-9) found++;
  return found;
}
