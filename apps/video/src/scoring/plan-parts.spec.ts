import { describe, expect, it } from '@jest/globals';
import { MethodCosts } from './method-costs.ts';
import { decodeColumns, encodeColumns } from './part-columns.ts';
import { planParts } from './plan-parts.ts';
import { readRows } from './read-rows.ts';

async function* chunks(text: string, bytes: number) {
  for (let at = 0; at < text.length; at += bytes) yield Buffer.from(text.slice(at, at + bytes));
}
const plan = (text: string, leastLines = 2, mostParts = 40) => planParts(chunks(text, 3), { leastLines, mostParts });

describe('planParts', () => {
  it.each([
    [
      'aa\nbb\ncc\ndd\n',
      [
        [0, 6, 1, 2],
        [6, 12, 3, 2],
      ],
    ],
    [
      'aa\nbb\ncc\ndd',
      [
        [0, 6, 1, 2],
        [6, 11, 3, 2],
      ],
    ],
    [
      'aa\n\ncc\ndd\nee',
      [
        [0, 4, 1, 2],
        [4, 12, 3, 3],
      ],
    ],
    ['aa', [[0, 2, 1, 1]]],
    ['\n\n\n', [[0, 3, 1, 3]]],
    ['', []],
  ])('divides %j into parts of two lines or more', async (text, parts) => {
    const planned = await plan(text);
    expect(planned.map(({ startByte, endByte, firstLine, lineCount }) => [startByte, endByte, firstLine, lineCount])).toEqual(parts);
  });

  it('makes longer parts of a longer body', async () => {
    const parts = await plan('x\n'.repeat(1_000), 2, 4);
    expect(parts.map(({ lineCount }) => lineCount)).toEqual([250, 250, 250, 250]);
  });
});

describe('columns of a part', () => {
  const fields = { names: ['views'], groupBy: 'g' };
  const bytes = Buffer.from('{"id":"é","views":1.5,"g":"a"}\n{"id":"b","g":null}\n{"id":"c","views":-2,"g":"ñ"}');
  const { rowCount, lines, ids, idEnds, values, groupOf, groupNames } = readRows({ bytes, firstLine: 7, lineCount: 3, fields });
  const columns = { rowCount, lines, ids, idEnds, values, groupOf, groupNames };

  it('come back as they went', () => {
    const sent = Buffer.concat([...encodeColumns(columns)]);
    expect(decodeColumns(Buffer.concat([Buffer.alloc(1), sent]).subarray(1))).toEqual(columns); // whatever their place in memory
  });

  it('are refused when bytes are missing, or are no columns', () => {
    const sent = Buffer.concat([...encodeColumns(columns)]);
    for (const broken of [Buffer.alloc(0), Buffer.alloc(20), sent.subarray(0, -1), sent.subarray(0, 30)])
      expect(() => decodeColumns(broken)).toThrow(RangeError);
  });
});

describe('MethodCosts', () => {
  const hundredMegabytes = 100_000_000;

  it('does not distribute where no run has shown that it pays', () => {
    expect(new MethodCosts(1).choose(hundredMegabytes, true).method).toBe('threads');
  });

  it('distributes large bodies once a run on all copies was much faster, and stops when it is no more', () => {
    const costs = new MethodCosts(1);
    const run = (durationMs: number) => costs.record({ method: 'distributed', bodyBytes: hundredMegabytes, durationMs, wasWarm: true });
    for (let runs = 0; runs < 8; runs++) run(900);
    expect(costs.choose(hundredMegabytes, true)).toMatchObject({
      method: 'distributed',
      reason: expect.stringContaining('ms on all copies'),
    });
    expect(costs.choose(1_000_000, true).method).not.toBe('distributed');
    for (let runs = 0; runs < 8; runs++) run(5_000);
    expect(costs.choose(hundredMegabytes, true).method).toBe('threads');
  });
});
