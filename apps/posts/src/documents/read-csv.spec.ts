import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRow } from '../exports/formats/csv-row.ts';
import { readCsv } from './read-csv.ts';

const cellsOf = (csv: string) => readCsv(Buffer.from(csv), 0).map(({ cells }) => cells.map(String));

describe('readCsv', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a,""x""",b', [['a,"x"', 'b']]],
    [
      '"a\r\nb",c\nd,',
      [
        ['a\r\nb', 'c'],
        ['d', ''],
      ],
    ],
    ['"",""\n', [['', '']]],
    ['a"b,c', [['a"b', 'c']]],
    ['"a" b,c', [['a b', 'c']]],
    ['"never closed', [['never closed']]],
  ])('reads %j', (csv, expected) => expect(cellsOf(csv)).toEqual(expected));

  it('keeps no more cells of a record than it is told, and one that tells that there are more', () => {
    const records = readCsv(Buffer.from(`${','.repeat(100_000)}\na,b\n`), 0, 10);
    expect(records.map(({ line, cells }) => [line, cells.length])).toEqual([
      [1, 11],
      [2, 2],
    ]);
  });

  it('tells on which line a record begins', () => {
    expect(readCsv(Buffer.from('"a\nb\nc",x\nd,y\n"e\n",z\nf,w'), 10).map(({ line }) => line)).toEqual([11, 14, 15, 17]);
  });

  it('reads back what exports write', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '=', '') });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, (all) => expect(cellsOf(all.map((row) => csvRow(row, false)).join(''))).toEqual(all)),
      { seed: 18 },
    );
  });
});
