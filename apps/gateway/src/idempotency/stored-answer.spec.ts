import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureCode } from '#contracts';
import { answerAgain, headersToKeep, refusalToKeep } from './stored-answer.ts';

describe('of an answer', () => {
  it('the headers are kept that say what became of the request', () => {
    expect(headersToKeep({ location: '/v1/jobs/1', 'x-request-id': 'r', 'ratelimit-policy': 'p' })).toEqual({ location: '/v1/jobs/1' });
  });
  it.each(['track-not-found', 'media-not-audio', 'credentials-invalid', 'payload-too-large'] as const)('%s is kept', (code) => {
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
  ] as const)('%s is not kept: another try may end better', (code: FailureCode) =>
    expect(refusalToKeep(new Failure(code, 'No.'))).toBeUndefined(),
  );
  it('success comes back as it was', () => {
    const stored = { status: 201, headers: { location: '/x' }, body: { id: 1 } };
    expect(answerAgain(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
  });
});
