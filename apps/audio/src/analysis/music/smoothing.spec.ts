import { describe, expect, it } from '@jest/globals';
import { interpolated, MovingMean, parabolicOffset } from './smoothing.ts';

function allMeans(values: Float32Array, radius: number, measure?: (value: number) => number): number[] {
  const means = new MovingMean(values, radius, measure);
  return Array.from(values, () => means.next());
}

describe('MovingMean', () => {
  it('averages what lies within the radius, and fewer at the ends', () => {
    expect(allMeans(Float32Array.of(0, 3, 6, 9, 12), 1)).toEqual([1.5, 3, 6, 9, 10.5]);
  });

  it('averages everything where the radius reaches past both ends', () => {
    expect(allMeans(Float32Array.of(1, 2, 3), 10)).toEqual([2, 2, 2]);
  });

  it('measures before it averages', () => {
    expect(allMeans(Float32Array.of(1, 2, 3), 1, (value) => value * value)).toEqual([2.5, 14 / 3, 6.5]);
  });

  it('never falls under zero after a loud passage', () => {
    const values = new Float32Array(1000).map((_, i) => (i < 500 ? 1e4 / (i + 3) : 0));
    for (const mean of allMeans(values, 7)) expect(mean).toBeGreaterThanOrEqual(0);
  });
});

describe('interpolated', () => {
  it('reads between two values and finds nothing past the ends', () => {
    expect([interpolated([2, 4], 0.5), interpolated([2, 4], 3), interpolated([2, 4], -2)]).toEqual([3, 0, 0]);
  });
});

describe('parabolicOffset', () => {
  it('leans towards the larger neighbour, and nowhere on a plain', () => {
    expect(parabolicOffset([1, 3, 2], 1)).toBeGreaterThan(0);
    expect(parabolicOffset([2, 3, 1], 1)).toBeLessThan(0);
    expect(parabolicOffset([1, 1, 1], 1)).toBe(0);
  });
});
