import { describe, expect, it } from '@jest/globals';
import { countJest, lastLine, sum } from './test-totals.ts';

const good = { passed: 3, failed: 0, skipped: 0, brokenSuites: 0 };

describe('the last line', () => {
  it('adds tests and checks', () =>
    expect(lastLine(sum([countJest(good, 0), { passed: 2, failed: 1, skipped: 0 }]))).toBe('5 passed, 1 failed'));
  it('names skipped tests only where there are any', () =>
    expect(lastLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped'));
});

describe('countJest', () => {
  it('counts a suite that does not load as a failure', () => expect(countJest({ ...good, brokenSuites: 1 }, 1).failed).toBe(1));
  it('counts an unexplained bad end as a failure', () => expect(countJest(good, 1).failed).toBe(1));
  it('does not count it twice', () => expect(countJest({ ...good, failed: 2 }, 1).failed).toBe(2));
  it('counts Jest dying without a word as a failure', () =>
    expect(countJest(undefined, null)).toEqual({ passed: 0, failed: 1, skipped: 0 }));
});
