import { describe, expect, it } from '@jest/globals';
import { type Claim, Purse, type Share } from './purse.ts';

const purse = (cores = 4) => new Purse({ cores, memoryBytes: 100 });
const claim = (cores: number, sinceMs = 0, memoryBytes = 0): Claim & { granted?: Share } => ({
  cores,
  memoryBytes,
  sinceMs,
  admit(granted) {
    this.granted = granted;
  },
});
/** Enters all in this order; answers them. */
const enter = (into: Purse, ...claims: ReturnType<typeof claim>[]) => {
  for (const one of claims) into.enter(one);
  return claims;
};

describe('Purse', () => {
  it('lets in those who have waited for longer first, whenever they say so', () => {
    const full = purse(1);
    const [held] = enter(full, claim(1));
    const [young, old] = enter(full, claim(1, 20), claim(1, 10));
    full.drop(held!);
    expect([old!.granted !== undefined, young!.granted !== undefined]).toEqual([true, false]);
  });

  it('counts what is adopted, also beyond its size, and admits nobody until there is room again', () => {
    const one = purse(2);
    const adopted = [claim(2), claim(2)];
    for (const each of adopted) one.adopt(each);
    const [waiting] = enter(one, claim(1));
    one.drop(adopted[0]!);
    expect([one.usedCores, waiting!.granted]).toEqual([2, undefined]);
    one.drop(adopted[1]!);
    expect(waiting!.granted).toEqual({ cores: 1, memoryBytes: 0 });
  });

  it('admits nobody while it is paused, then all that fit in their order', () => {
    const one = purse(2);
    one.pause();
    const [large, small] = enter(one, claim(2), claim(1));
    expect([large!.granted, one.waiters]).toEqual([undefined, 2]);
    one.resume();
    expect([large!.granted?.cores, small!.granted]).toEqual([2, undefined]);
  });

  it('grants what it has when it has become smaller than what somebody waits for', () => {
    const one = purse(4);
    const [held] = enter(one, claim(1));
    const [all] = enter(one, claim(4, 0, 100));
    one.resize({ cores: 2, memoryBytes: 50 });
    one.drop(held!);
    expect(all!.granted).toEqual({ cores: 2, memoryBytes: 50 });
  });

  it('admits more when it grows', () => {
    const one = purse(1);
    enter(one, claim(1));
    const [next] = enter(one, claim(1));
    one.resize({ cores: 2, memoryBytes: 100 });
    expect(next!.granted).toBeDefined();
  });

  it('does not know claims that were dropped before', () => {
    const one = purse(2);
    const [held, other] = enter(one, claim(1), claim(1));
    one.drop(held!);
    one.drop(held!);
    expect([one.usedCores, one.holders]).toEqual([1, 1]);
    one.drop(other!);
    expect(one.usedCores).toBe(0);
  });

  it('adds tenths of cores up to whole ones', () => {
    const one = purse(1);
    const tenths = enter(one, ...Array.from({ length: 10 }, () => claim(0.1)));
    expect(tenths.every(({ granted }) => granted)).toBe(true);
    for (const each of tenths) one.drop(each);
    expect(one.usedCores).toBe(0);
  });
});
