import { describe, expect, it } from '@jest/globals';
import { NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { Failure } from '#contracts';
import { failureOfError } from './failure-of-error.ts';

describe('failureOfError', () => {
  it('lets our own failures pass as they are', () => {
    const failure = new Failure('track-not-found', 'No such track.');
    expect(failureOfError(failure)).toBe(failure);
  });
  it('reads the status of framework errors', () => {
    expect(failureOfError(new NotFoundException()).code).toBe('not-found');
    expect(failureOfError(new PayloadTooLargeException()).code).toBe('payload-too-large');
    expect(failureOfError({ statusCode: 415, code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }).code).toBe('media-type-unsupported');
  });
  it('never repeats the text of a foreign error', () => {
    expect(failureOfError(Object.assign(new Error('password=hunter2'), { statusCode: 400 })).message).not.toContain('hunter2');
    expect(failureOfError(new Error('connect postgres://user:secret@host')).message).not.toContain('secret');
  });
  it('knows a database that has gone away from a mistake of ours', () => {
    const lost = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
    expect(failureOfError(lost)).toMatchObject({ code: 'service-unavailable', retryAfterSeconds: 2 });
  });
  it.each([new Error('oops'), new TypeError('x is undefined'), 'a string', undefined, { statusCode: 200 }])(
    'calls anything else internal and keeps it as the cause',
    (error) => expect(failureOfError(error)).toMatchObject({ code: 'internal', cause: error }),
  );
});
