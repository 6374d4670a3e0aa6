import { beforeEach, describe, expect, it } from '@jest/globals';
import { Breaker } from './breaker.ts';

describe('Breaker', () => {
  let nowMs = 0;
  let breaker: Breaker;
  const fail = (times: number) => {
    for (let index = 0; index < times; index++) breaker.failed();
  };

  beforeEach(() => {
    nowMs = 1_000;
    breaker = new Breaker({ failures: 3, openMs: 100, maxOpenMs: 400, now: () => nowMs });
  });

  it('stays closed while failures are fewer than its limit in a row', () => {
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.state).toBe('closed');
    expect(breaker.allows()).toBe(true);
  });

  it('opens at the limit and refuses calls', () => {
    fail(3);
    expect(breaker.state).toBe('open');
    expect(breaker.allows()).toBe(false);
  });

  it('lets exactly one trial through when its time is over', () => {
    fail(3);
    nowMs += 100;
    expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  });

  it('closes when the trial succeeds', () => {
    fail(3);
    nowMs += 100;
    breaker.allows();
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
  });

  it('stays open twice as long after each failed trial, up to its cap', () => {
    fail(3);
    for (const waitMs of [100, 200, 400, 400]) {
      nowMs += waitMs - 1;
      expect(breaker.allows()).toBe(false);
      nowMs += 1;
      expect(breaker.allows()).toBe(true);
      breaker.failed();
    }
  });

  it('is not opened further by late failures of calls that left before it opened', () => {
    fail(10);
    nowMs += 100;
    expect(breaker.allows()).toBe(true);
  });
});
