import { describe, expect, it } from '@jest/globals';
import { eventNameOf, failureOfJob, hasEnded } from './job-resource.ts';

describe('jobResource', () => {
  it.each([
    ['queued', false, 'job.progress'],
    ['running', false, 'job.progress'],
    ['succeeded', true, 'job.succeeded'],
    ['failed', true, 'job.failed'],
    ['cancelled', true, 'job.cancelled'],
  ] as const)('%s: ended %j, told as %s', (state, ended, name) => {
    expect(hasEnded({ state })).toBe(ended);
    expect(eventNameOf({ state })).toBe(name);
  });

  it('fails a waiting request with the reason of the job', () => {
    const reason = { code: 'media-undecodable', message: 'The sound stops making sense at 12 s.' };
    expect(failureOfJob({ state: 'failed', reason })).toMatchObject(reason);
  });

  it.each([[null], [{ code: 'toString', message: 'x' }], [{ code: 'of-a-newer-peer', message: 'x' }]])(
    'hides an unknown reason like %j',
    (reason) => {
      expect(failureOfJob({ state: 'failed', reason })).toMatchObject({ code: 'internal' });
    },
  );

  it('reports a cancelled job', () => expect(failureOfJob({ state: 'cancelled', reason: null }).code).toBe('cancelled'));
});
