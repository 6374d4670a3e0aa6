/** Rows of CSV (RFC 4180): comma, quotes where needed, CRLF. */
import type { Cell } from '../export-row.ts';

export const byteOrderMark = '\ufeff';
const needsQuotes = /[",\r\n]/;
/** Readers may trim what is not quoted. */
const isBlank = /\s/;
/** Characters with which spreadsheets begin a formula, also in full width. @see OWASP, "CSV Injection" */
const beginsFormula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * @param cells null is an empty cell; numbers are never guarded
 * @param isGuarded puts an apostrophe before a text that a spreadsheet would run as a formula
 */
export function csvRow(cells: Iterable<Cell>, isGuarded: boolean): string {
  let [row, separator] = ['', ''];
  for (const cell of cells) {
    row += separator + csvCell(cell, isGuarded);
    separator = ',';
  }
  return `${row}\r\n`;
}

function csvCell(cell: Cell, isGuarded: boolean): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = isGuarded && beginsFormula.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(text) || isPadded(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const isPadded = (text: string): boolean => text !== '' && (isBlank.test(text[0]!) || isBlank.test(text.at(-1)!));
