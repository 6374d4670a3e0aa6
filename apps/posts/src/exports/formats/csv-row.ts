/** Rows of CSV (RFC 4180): comma, quotes where needed, CRLF. */
import type { Cell } from '../export-row.ts';

export const byteOrderMark = '\ufeff';
const needsQuotes = /[",\r\n]|^\s|\s$/;
/** Characters with which spreadsheets begin a formula, also in full width. @see OWASP, "CSV Injection" */
const beginsFormula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * @param cells null is an empty cell; numbers are never guarded
 * @param isGuarded puts an apostrophe before a text that a spreadsheet would run as a formula
 */
export const csvRow = (cells: readonly Cell[], isGuarded: boolean): string =>
  `${cells.map((cell) => csvCell(cell, isGuarded)).join(',')}\r\n`;

function csvCell(cell: Cell, isGuarded: boolean): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = isGuarded && beginsFormula.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
