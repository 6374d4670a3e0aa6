import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '#contracts';
import { answerAgain, headersToKeep, refusalToKeep } from './stored-answer.ts';

describe('stored responses', () => {
  it('contain the headers of the result', () => {
    expect(headersToKeep({ location: '/v1/jobs/1', 'x-request-id': 'r', 'ratelimit-policy': 'p' })).toEqual({ location: '/v1/jobs/1' });
  });
  it.each(['track-not-found', 'media-not-audio', 'credentials-invalid', 'payload-too-large'] as const)('include the failure %s', (code) => {
    const stored = refusalToKeep(new Failure(code, 'No.', { errors: [{ pointer: '/body', code: 'c', detail: 'd' }] }));
    expect(() => answerAgain(stored!)).toThrow(expect.objectContaining({ code, message: 'No.', errors: [expect.anything()] }));
  });
  it.each([
    'internal',
    'service-unavailable',
    'deadline-exceeded',
    'storage-full',
    'request-timeout',
    'request-malformed',
    'too-many-requests',
    'remote-unreachable',
  ] as const)('%s is not kept: another try may end better', (code: FailureCode) =>
    expect(refusalToKeep(new Failure(code, 'No.'))).toBeUndefined(),
  );
  it('replay a success unchanged', () => {
    const stored = { status: 201, headers: { location: '/x' }, body: { id: 1 } };
    expect(answerAgain(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  });
});
