import { describe, expect, it } from '@jest/globals';
import { isLasting, makeLasting, onceForLasting } from './lasting.ts';

describe('a value that lasts', () => {
  it('cannot be changed anywhere', () => {
    const value = makeLasting({ list: [{ n: 1 }], none: null });
    expect(() => value.list.push({ n: 2 })).toThrow(TypeError);
    expect(() => {
      value.list[0]!.n = 3;
    }).toThrow(TypeError);
  });

  it('is known by itself, not by its content', () => {
    const value = makeLasting({ a: 1 });
    expect([value, { ...value }, Object.freeze({ a: 1 }), null, 'text'].map(isLasting)).toEqual([true, false, false, false, false]);
  });
});

describe('what is made of values', () => {
  const made: object[] = [];
  const double = onceForLasting((from: { n: number }) => {
    made.push(from);
    return { ...from, twice: 2 * from.n };
  });

  it('that last is made once and lasts too', () => {
    const value = makeLasting({ n: 2 });
    const first = double(value);
    expect([double(value), first, made.length, isLasting(first)]).toEqual([first, { n: 2, twice: 4 }, 1, true]);
  });

  it('that may change is made anew each time', () => {
    const value = { n: 2 };
    const first = double(value);
    value.n = 3;
    expect([first, double(value)]).toEqual([
      { n: 2, twice: 4 },
      { n: 3, twice: 6 },
    ]);
    expect(isLasting(first)).toBe(false);
  });
});
