import { describe, expect, it } from '@jest/globals';
import { worthWarming } from './worth-warming.ts';

describe('worthWarming', () => {
  it.each([
    ['nothing is known', undefined, 200],
    ['too little was tried to tell', { loaded: 99, used: 0 }, 200],
    ['a tenth was of use', { loaded: 1_000, used: 100 }, 200],
    ['hardly anything was of use', { loaded: 1_000, used: 99 }, 10],
  ])('where %s', (_what, tried, keys) => {
    expect(worthWarming(200, tried)).toBe(keys);
  });

  it('never asks for more than was wanted', () => {
    expect(worthWarming(3, { loaded: 1_000, used: 0 })).toBe(3);
  });
});
