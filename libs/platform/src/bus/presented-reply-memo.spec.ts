import { describe, expect, it } from '@jest/globals';
import { freezeReply, isFrozenReply, memoizePerReply } from './presented-reply-memo.ts';

describe('a frozen reply', () => {
  it('cannot be changed anywhere', () => {
    const value = freezeReply({ list: [{ n: 1 }], none: null });
    expect(() => value.list.push({ n: 2 })).toThrow(TypeError);
    expect(() => {
      value.list[0]!.n = 3;
    }).toThrow(TypeError);
  });

  it('is recognized by identity, not by content', () => {
    const value = freezeReply({ a: 1 });
    expect([value, { ...value }, Object.freeze({ a: 1 }), null, 'text'].map(isFrozenReply)).toEqual([true, false, false, false, false]);
  });
});

describe('what is derived from a value', () => {
  const made: object[] = [];
  const double = memoizePerReply((from: { n: number }) => {
    made.push(from);
    return { ...from, twice: 2 * from.n };
  });

  it('is derived once from a frozen reply, and is frozen too', () => {
    const value = freezeReply({ n: 2 });
    const first = double(value);
    expect([double(value), first, made.length, isFrozenReply(first)]).toEqual([first, { n: 2, twice: 4 }, 1, true]);
  });

  it('is derived every time from a value that may change', () => {
    const value = { n: 2 };
    const first = double(value);
    value.n = 3;
    expect([first, double(value)]).toEqual([
      { n: 2, twice: 4 },
      { n: 3, twice: 6 },
    ]);
    expect(isFrozenReply(first)).toBe(false);
  });
});
