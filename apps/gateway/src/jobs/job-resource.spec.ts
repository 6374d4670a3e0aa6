import { describe, expect, it } from '@jest/globals';
import { eventNameOf, failureOfJob, hasEnded, toJobResource } from './job-resource.ts';

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

  it.each([
    [{ trackId: 't' }, '/v1/tracks/t'],
    [{ videoId: 'v', renditionId: 'r' }, '/v1/videos/v/renditions/r'],
    [{ collectionId: 'c', duplicateRunId: 'd' }, '/v1/collections/c/duplicate-runs/d'],
    [{ collectionId: 'c', loadId: 'l' }, '/v1/collections/c/loads/l'],
    [{ host: 'example.org' }, undefined],
  ])('leads from its subject %j to the resource', (subject, resource) => {
    expect(toJobResource({ id: 'j', subject, reason: null } as never).links.resource).toBe(resource);
  });

  it('tells its failure as a problem', () => {
    const reason = { code: 'media-undecodable', message: 'The file cannot be decoded.' };
    const { problem } = toJobResource({ id: 'j', subject: {}, reason } as never);
    expect(problem).toEqual({ code: reason.code, detail: reason.message });
  });
});
