import { describe, expect, it } from '@jest/globals';
import { Confirmations } from './confirmed.ts';

const checks = (...found: string[][]) => {
  const confirmations = new Confirmations<string>((value) => value);
  return found.map((seen, index) => confirmations.update(seen, index).map(({ value }) => value));
};

describe('a confirmation', () => {
  it('takes two checks in a row', () => expect(checks([], ['a'], ['a']).at(-1)).toEqual(['a']));
  it('is not had by something that comes and goes', () => {
    expect(checks([], ['a'], [], ['a'], [], ['a']).flat()).toEqual([]);
  });
  it('ends with two checks that miss it, not with one', () => {
    expect(checks([], ['a'], ['a'], [], ['a'], [], []).map((found) => found.length)).toEqual([0, 0, 1, 1, 1, 1, 0]);
  });
  it('is not needed by the first check', () => expect(checks(['a'])).toEqual([['a']]));
  it('remembers when it was seen first', () => {
    const confirmations = new Confirmations<string>((value) => value);
    confirmations.update([], 1);
    confirmations.update(['a'], 2);
    expect(confirmations.update(['a'], 3)).toEqual([{ value: 'a', sinceMs: 2 }]);
  });
});
