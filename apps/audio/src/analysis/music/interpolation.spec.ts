import { describe, expect, it } from '@jest/globals';
import { interpolated, MovingMean, parabolicOffset } from './interpolation.ts';

function allMeans(values: Float32Array, radius: number, measure?: (value: number) => number): number[] {
  const means = new MovingMean(values, radius, measure);
  return Array.from(values, () => means.next());
}

describe('MovingMean', () => {
  it('averages the values within the radius, fewer at the ends', () => {
    expect(allMeans(Float32Array.of(0, 3, 6, 9, 12), 1)).toEqual([1.5, 3, 6, 9, 10.5]);
  });

  it('averages all values if the radius exceeds both ends', () => {
    expect(allMeans(Float32Array.of(1, 2, 3), 10)).toEqual([2, 2, 2]);
  });

  it('maps values before averaging', () => {
    expect(allMeans(Float32Array.of(1, 2, 3), 1, (value) => value * value)).toEqual([2.5, 14 / 3, 6.5]);
  });

  it('is never negative after a loud passage', () => {
    const values = new Float32Array(1000).map((_, i) => (i < 500 ? 1e4 / (i + 3) : 0));
    for (const mean of allMeans(values, 7)) expect(mean).toBeGreaterThanOrEqual(0);
  });
});

describe('interpolated', () => {
  it('interpolates between two values and is 0 beyond the ends', () => {
    expect([interpolated([2, 4], 0.5), interpolated([2, 4], 3), interpolated([2, 4], -2)]).toEqual([3, 0, 0]);
  });
});

describe('parabolicOffset', () => {
  it('moves towards the larger neighbour, and is 0 for equal values', () => {
    expect(parabolicOffset([1, 3, 2], 1)).toBeGreaterThan(0);
    expect(parabolicOffset([2, 3, 1], 1)).toBeLessThan(0);
    expect(parabolicOffset([1, 1, 1], 1)).toBe(0);
  });
});
