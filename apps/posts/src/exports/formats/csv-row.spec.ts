import { describe, expect, it } from '@jest/globals';
import type { RowForm } from '../export-row.ts';
import { texts } from '../export-row.ts';
import { writeRows } from './write-rows.ts';

async function csvOf(text: string, isFormulaGuarded = true): Promise<string> {
  const form: RowForm<{ text: string }> = { line: JSON.stringify, columns: texts<{ text: string }>('text') };
  const rows = (async function* () {
    yield [{ text }];
  })();
  const options = { isFormulaGuarded, hasByteOrderMark: false, rowsPerFile: 10 };
  let all = '';
  for await (const piece of writeRows(rows, { format: 'csv', compression: 'none', ...options }, form)) all += Buffer.from(piece).toString();
  return all.replace(/^text\r\n/, '').replace(/\r\n$/, '');
}

describe('a cell that a spreadsheet would run', () => {
  it.each(['=1+1', '+1', '-1+1', '@SUM(1)', '\t=1', '\uff1d1', '\uff0b1', '\uff0d1', '\uff201'])('%j is written as text', async (cell) => {
    expect(await csvOf(cell)).toBe(`'${cell}`);
    expect((await csvOf(cell, false)).replace(/^"(.*)"$/, '$1')).toBe(cell); // blanks at an end are quoted
  });

  it('is guarded inside of quotes too', async () => {
    expect(await csvOf('=HYPERLINK("http://a.b","c")')).toBe(`"'=HYPERLINK(""http://a.b"",""c"")"`);
    expect(await csvOf('\r=1')).toBe(`"'\r=1"`);
  });

  it.each(['a=1', '007', '1e9', ''])('%j is left as it is where it is none', async (cell) => expect(await csvOf(cell)).toBe(cell));
});
