import { describe, expect, it } from '@jest/globals';
import { Failure } from '#contracts';
import { isRetryable, judge } from './retry-policy.ts';

const away = new Failure('service-unavailable', 'away');
const first = { attempt: 1, maxAttempts: 3 };

describe('judge', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [5, 8_000, 16_000],
    [30, 150_000, 300_000],
  ])('waits longer after attempt %d: from %d ms, under %d ms', (attempt, from, below) => {
    expect(judge(away, { attempt, maxAttempts: 99 }, () => 0)).toEqual({ next: 'retry', delayMs: from });
    expect(judge(away, { attempt, maxAttempts: 99 }, () => 1)).toEqual({ next: 'retry', delayMs: below });
  });
  it('waits as long as the failure asks', () => {
    const patient = new Failure('overloaded', 'later', { retryAfterSeconds: 60 });
    expect(judge(patient, first)).toEqual({ next: 'retry', delayMs: 60_000 });
  });
  it('gives up after the last attempt, and somebody should look at it', () => {
    expect(judge(away, { attempt: 3, maxAttempts: 3 })).toEqual({ next: 'fail', dead: true });
  });
  it('gives up at once where the input is to blame', () => {
    expect(judge(new Failure('media-truncated', 'cut off'), first)).toEqual({ next: 'fail', dead: false });
  });
  it('takes an unexpected error for one that may pass', () => expect(judge(new TypeError('x'), first)).toMatchObject({ next: 'retry' }));
});

describe('isRetryable', () => {
  it.each(['internal', 'deadline-exceeded', 'storage-full', 'too-many-requests'] as const)('%s: yes', (code) =>
    expect(isRetryable(code)).toBe(true),
  );
  it.each(['request-invalid', 'file-lost', 'media-empty', 'cancelled'] as const)('%s: no', (code) => expect(isRetryable(code)).toBe(false));
});
