import { describe, expect, it } from '@jest/globals';
import { batchLimits, joinAnswers, readAnswers, readBatch } from './batch.ts';

describe('joinAnswers', () => {
  it('puts small answers into one message, in order', () => {
    expect(joinAnswers(['{"index":0}', '{"index":1}'])).toEqual(['[{"index":0},{"index":1}]']);
  });
  it('keeps each message within the limit, and every answer whole', () => {
    const large = JSON.stringify({ index: 0, reply: 'x'.repeat(batchLimits.bytes - 100) });
    const bodies = joinAnswers([large, large, '{"index":2}', '{"index":3}', large]);
    expect(bodies.map((body) => (JSON.parse(body) as unknown[]).length)).toEqual([1, 3, 1]);
  });
  it('lets an answer over the limit travel alone', () => {
    const huge = JSON.stringify({ index: 0, reply: 'x'.repeat(batchLimits.bytes + 1) });
    expect(joinAnswers([huge, huge])).toHaveLength(2);
  });
  it('makes nothing of nothing', () => expect(joinAnswers([])).toEqual([]));
});

describe('readBatch', () => {
  it.each([[], {}, null, [1], Array.from({ length: batchLimits.items + 1 }, () => ({}))])('refuses what is no batch', (value) => {
    expect(() => readBatch(value)).toThrow(expect.objectContaining({ code: 'request-malformed' }));
  });
});

describe('readAnswers', () => {
  it('reads replies, also none, and failures', () => {
    const failure = { code: 'not-found', message: 'No such thing.' };
    expect(
      readAnswers([
        { index: 0, reply: null },
        { index: 1, failure },
      ]),
    ).toEqual([
      { index: 0, reply: null },
      { index: 1, failure },
    ]);
  });
  it.each([[{}], [[null]], [[{ reply: 1 }]], [[{ index: '0' }]], [[{ index: 0, failure: 'x' }]], [7]])(
    'refuses what is no answer: %j',
    (value) => {
      expect(() => readAnswers(value)).toThrow(expect.objectContaining({ code: 'internal' }));
    },
  );
});
