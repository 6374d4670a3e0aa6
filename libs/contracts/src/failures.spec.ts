import { describe, expect, it } from '@jest/globals';
import { audioFailures } from './audio.ts';
import { failures } from './failure-codes.ts';
import { toProblem } from './failures.ts';
import * as contracts from './index.ts';

const isRpc = (value: unknown): value is contracts.Rpc =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'rpc';
const rpcs = Object.values<unknown>(contracts).filter(isRpc);

describe('the catalogue of failures', () => {
  it('holds what services declare beside their contracts', () => expect(failures).toMatchObject(audioFailures));
  it.each(rpcs.map(({ subject, failures: codes }) => [subject, codes] as const))('has the failures of %s', (_subject, codes) =>
    expect(codes.filter((code) => !Object.hasOwn(failures, code))).toEqual([]),
  );
  it('keeps the text of the page out of problem documents', () => {
    const problem = toProblem(new contracts.Failure('track-not-found', 'There is no such track.'), { requestId: 'r', traceId: 't' });
    expect(Object.keys(problem)).toEqual(['type', 'status', 'title', 'detail', 'instance', 'code', 'traceId']);
  });
});
