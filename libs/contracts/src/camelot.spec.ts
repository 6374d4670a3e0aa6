import { describe, expect, it } from '@jest/globals';
import { camelotCodes, camelotOf, harmonicNeighbours, keyOfCamelot, keys, modes } from './camelot.ts';

describe('Camelot codes', () => {
  it.each([
    ['C', 'major', '8B'],
    ['A', 'minor', '8A'],
    ['G', 'major', '9B'],
    ['F#', 'minor', '11A'],
    ['B', 'major', '1B'],
    ['G#', 'minor', '1A'],
    ['F', 'major', '7B'],
    ['D#', 'minor', '2A'],
  ] as const)('%s %s is %s', (key, mode, code) => {
    expect(camelotOf(key, mode)).toBe(code);
    expect(keyOfCamelot(code)).toEqual({ key, mode });
  });

  it('name each key once', () => {
    const all = keys.flatMap((key) => modes.map((mode) => camelotOf(key, mode)));
    expect(new Set(all)).toEqual(new Set(camelotCodes));
    expect(camelotOf(null, null)).toBeNull();
  });

  it('have neighbours around the circle', () => {
    expect(harmonicNeighbours('8A')).toEqual(['8A', '9A', '7A', '8B']);
    expect(harmonicNeighbours('12B')).toEqual(['12B', '1B', '11B', '12A']);
    expect(harmonicNeighbours('1A')).toEqual(['1A', '2A', '12A', '1B']);
  });
});
