import { describe, expect, it } from '@jest/globals';
import { answerLine, batchLimits, joinAnswers, readAnswers, readBatch } from './batch.ts';

const line = (index: number, json: string) => answerLine({ index, kind: 'reply', json });

describe('joinAnswers', () => {
  it('puts small answers into one message, in order', () => {
    expect(joinAnswers([line(0, '7'), line(1, '{}')])).toEqual(['0 reply 7\n1 reply {}\n']);
  });
  it('keeps each message within the limit, and every answer whole', () => {
    const large = line(0, JSON.stringify('x'.repeat(batchLimits.bytes - 100)));
    const bodies = joinAnswers([large, large, line(2, '1'), line(3, '1'), large]);
    expect(bodies.map((body) => readAnswers(Buffer.from(body)).length)).toEqual([1, 3, 1]);
  });
  it('lets an answer over the limit travel alone', () => {
    const huge = line(0, JSON.stringify('x'.repeat(batchLimits.bytes + 1)));
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
  it('reads replies, also none, and failures, whatever their texts hold', () => {
    const answers = [
      { index: 0, kind: 'reply', json: 'null' },
      { index: 63, kind: 'failure', json: '{"code":"not-found"}' },
      { index: 1, kind: 'reply', json: JSON.stringify('1 reply 2\n¿ñ? \u2028 😀') },
    ] as const;
    const read = readAnswers(Buffer.from(answers.map(answerLine).join('')));
    expect(read.map(({ json, ...answer }) => ({ ...answer, json: json.toString() }))).toEqual(answers);
  });
  it.each(['0 reply 1', '\n', 'x reply 1\n', '0 reply\n', '0 other 1\n', '-1 reply 1\n', '0 reply 1\n[1]\n'])(
    'refuses what is no answer: %j',
    (text) => {
      expect(() => readAnswers(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'internal' }));
    },
  );
});
