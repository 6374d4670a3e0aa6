import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RowSpool } from './row-spool.ts';
import { scoreColumns, statisticsOf, zScoreOf } from './score-columns.ts';
import { sortOrder } from './sort-order.ts';

fc.configureGlobal({ seed: 7 }); // what one run finds, the next finds too

const score = (rows: readonly object[], weights: Readonly<Record<string, number>>, groupBy: string | null = null) => {
  const spool = new RowSpool({ names: Object.keys(weights), groupBy }, rows.length);
  for (const [at, row] of rows.entries()) spool.add({ id: `v${at}`, ...row }, at + 1);
  return scoreColumns(spool.columns(), Object.values(weights));
};

describe('statistics of a column', () => {
  it('are those of the population', () => {
    expect(statisticsOf(Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9))).toEqual({
      mean: 5,
      standardDeviation: 2,
      min: 2,
      max: 9,
      presentCount: 8,
    });
  });
  it('leave out missing values', () => {
    expect(statisticsOf(Float64Array.of(Number.NaN, 1, 3, Number.NaN))).toMatchObject({ mean: 2, standardDeviation: 1, presentCount: 2 });
    expect(statisticsOf(Float64Array.of(Number.NaN))).toEqual({
      mean: null,
      standardDeviation: null,
      min: null,
      max: null,
      presentCount: 0,
    });
  });
  it('have a deviation of exactly 0 where all values are the same', () => {
    expect(statisticsOf(new Float64Array(1_000).fill(0.1))).toMatchObject({ mean: 0.1, standardDeviation: 0 });
  });
  it('stay exact where plain sums lose digits', () => {
    const far = Float64Array.of(1e16 + 2, 1e16 + 4, 1e16 + 6, -1e16, 1, -1e16, 1, -1e16, 1);
    expect(statisticsOf(far).mean).toBe(15 / 9);
    const shifted = Float64Array.from({ length: 1_000 }, (_, at) => 1e9 + (at % 2));
    expect(statisticsOf(shifted).standardDeviation).toBe(0.5);
  });
  it('neither overflow nor vanish at the ends of the range', () => {
    expect(statisticsOf(Float64Array.of(-1e100, 1e100)).standardDeviation).toBe(1e100);
    expect(statisticsOf(Float64Array.of(-1e-100, 1e-100)).standardDeviation).toBeCloseTo(1e-100, 110);
  });
});

describe('scores', () => {
  it('are the weighted mean of z-scores, by the magnitude of the weights', () => {
    const { scores, columns } = score(
      [
        { views: 1, age: 10 },
        { views: 3, age: 30 },
      ],
      { views: 3, age: -1 },
    );
    expect([...scores]).toEqual([(-3 + 1) / 4, (3 - 1) / 4]);
    expect(zScoreOf(1, columns[0]!)).toBe(-1);
  });
  it('count a missing value as the mean, and a constant column as nothing', () => {
    const rows = [{ views: 1, same: 7 }, { views: 3, same: 7 }, { same: 7 }];
    const { scores, columns } = score(rows, { views: 1, same: 1 });
    expect([...scores]).toEqual([-0.5, 0.5, 0]);
    expect(zScoreOf(7, columns[1]!)).toBe(0);
  });
  it('of one row are 0, in the middle', () => {
    const { scores, percentileRanks } = score([{ views: 5 }], { views: 1 });
    expect([[...scores], [...percentileRanks]]).toEqual([[0], [50]]);
  });
  it('of no row are none', () => expect(score([], { views: 1 }).scores).toHaveLength(0));
});

describe('percentile ranks', () => {
  it('give ties the middle of their places', () => {
    const { percentileRanks } = score([{ a: 1 }, { a: 2 }, { a: 2 }, { a: 3 }], { a: 1 });
    expect([...percentileRanks]).toEqual([12.5, 50, 50, 87.5]);
  });

  it('follow their definition, among all and in groups, whatever the rows', () => {
    const row = fc.record({
      a: fc.option(fc.integer({ min: -3, max: 3 }), { nil: undefined }),
      g: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const { scores, percentileRanks, groupPercentileRanks, groups } = score(rows, { a: 1 }, 'g');
        const rankIn = (own: number, among: readonly number[]) =>
          (100 * (among.filter((other) => other < own).length + among.filter((other) => other === own).length / 2)) / among.length;
        for (const [at, { g }] of rows.entries()) {
          expect(percentileRanks[at]).toBeCloseTo(rankIn(scores[at]!, [...scores]), 9);
          const peers = [...scores].filter((_, other) => rows[other]!.g === g);
          expect(groupPercentileRanks[at]).toBeCloseTo(rankIn(scores[at]!, peers), 9);
          expect(groups.find(({ name }) => name === (g ?? null))).toMatchObject({
            rowCount: peers.length,
            minScore: Math.min(...peers),
            maxScore: Math.max(...peers),
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});

it('the order by radix is that of comparing', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)), (values) => {
      const compared = values.map((_, at) => at).sort((a, b) => values[a]! - values[b]! || a - b);
      expect([...sortOrder(Float64Array.from(values))]).toEqual(compared);
    }),
  );
});
