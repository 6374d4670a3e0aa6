import { describe, expect, it } from '@jest/globals';
import type { ArgumentsHost } from '@nestjs/common';
import { Failure, type FailureCode } from '#contracts';
import { Log } from '#platform';
import { ProblemFilter } from './problem.filter.ts';

const log = Log.open({ service: 'spec', instance: '1', level: 'silent' });

/** The headers of the answer to a failure. */
function headersFor(failure: Failure, written = log): Record<string, string> {
  let sent: Record<string, string> = {};
  const reply = {
    raw: {},
    header: () => reply,
    removeHeader: () => reply,
    code: () => reply,
    headers: (headers: Record<string, string>) => {
      sent = headers;
      return reply;
    },
    send: () => reply,
  };
  const request = { headers: {}, url: '/v1/tracks', raw: {} };
  const host = { getType: () => 'http', switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) };
  const endpoints = { methodsOf: () => [] };
  new ProblemFilter(endpoints as never, {} as never, written).catch(failure, host as unknown as ArgumentsHost);
  return sent;
}

describe('a problem that passes by itself', () => {
  it.each<FailureCode>(['service-unavailable', 'overloaded', 'deadline-exceeded'])('%s says when to come back', (code) => {
    expect(headersFor(new Failure(code, 'Later.'))).toMatchObject({ 'retry-after': '2' });
    expect(headersFor(new Failure(code, 'Later.', { retryAfterSeconds: 7.2 }))).toMatchObject({ 'retry-after': '8' });
  });
  it('is told from one that does not', () => {
    expect(headersFor(new Failure('track-not-found', 'No.'))).not.toHaveProperty('retry-after');
  });
});

describe('the log', () => {
  const linesFor = (failure: Failure) => {
    const lines: string[] = [];
    const note = (level: string) => (fields: { err?: unknown }) => void lines.push(`${level}${fields.err ? ' with a stack' : ''}`);
    headersFor(failure, { warn: note('warn'), error: note('error') } as unknown as Log);
    return lines;
  };
  it.each<FailureCode>(['request-invalid', 'unauthenticated', 'forbidden', 'track-not-found', 'precondition-failed', 'too-many-requests'])(
    'has nothing of the mistake of a client: %s',
    (code) => expect(linesFor(new Failure(code, 'No.', { cause: new Error('inside') }))).toEqual([]),
  );
  it('has what is ours', () => {
    expect(linesFor(new Failure('service-unavailable', 'Later.'))).toEqual(['warn']);
    expect(linesFor(new Failure('internal', 'Broken.', { cause: new Error('inside') }))).toEqual(['error with a stack']);
  });
});
