import { describe, expect, it } from '@jest/globals';
import { failures } from './failure-codes.ts';
import { presentProgress } from './resource.ts';
import { unfinishedNouns } from './unfinished.ts';
import { unfinished } from './unfinished-failure.ts';

const reason = { code: 'media-undecodable', message: 'The file cannot be decoded.' };
const job = (state: string) => ({ id: 'j', state, percent: 0, reason: state === 'failed' ? reason : null }) as never;

describe.each(unfinishedNouns)('what is asked for of an unfinished %s', (noun) => {
  it.each(['queued', 'running', 'succeeded'])('is not ready while its job is %s, and can be tried again', (state) => {
    const failure = unfinished(noun, presentProgress(false, job(state)));
    expect(failure).toMatchObject({ code: `${noun}-not-ready`, retryAfterSeconds: 2 });
    expect(failures[failure.code].status).toBe(409);
  });

  it('has failed once its job has failed, for the reason of the job', () => {
    const failure = unfinished(noun, presentProgress(false, job('failed')));
    expect(failure).toMatchObject({ code: `${noun}-failed`, retryAfterSeconds: undefined });
    expect(failure.message).toBe('It has failed (media-undecodable): The file cannot be decoded.');
    expect(failures[failure.code].status).toBe(422);
  });

  it.each([undefined, job('cancelled')])('has failed once its job is forgotten or cancelled', (ended) => {
    expect(unfinished(noun, presentProgress(false, ended)).code).toBe(`${noun}-failed`);
  });
});
