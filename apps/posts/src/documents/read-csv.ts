/** Records of CSV (RFC 4180), as bytes: cells are decoded by their reader, so that one cell that is not UTF-8 spoils one record only. */

export interface CsvRecord {
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
  /** At most one more than a record may have. */
  readonly cells: readonly Buffer[];
}

const [comma, quote, lineFeed, carriageReturn] = [44, 34, 10, 13];

/**
 * @param bytes whole records
 * @param linesBefore lines of the file before them
 * @param maxCells cells of a record that are kept, and one more that tells that there are too many: a cell costs a hundred times the comma after it
 */
export function readCsv(bytes: Buffer, linesBefore: number, maxCells = Number.POSITIVE_INFINITY): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [0, linesBefore + 1];
  while (at < bytes.length) {
    const cells: Buffer[] = [];
    const firstLine = line;
    for (let isLast = false; !isLast; ) {
      const cell = readCell(bytes, at);
      if (cells.length <= maxCells) cells.push(cell.bytes);
      line += cell.lines;
      isLast = bytes[cell.end] !== comma;
      at = cell.end + 1;
    }
    line++;
    records.push({ line: firstLine, cells });
  }
  return records;
}

interface Cell {
  readonly bytes: Buffer;
  /** Of the comma or the line feed after it, or of the end. */
  readonly end: number;
  /** Line feeds inside. */
  readonly lines: number;
}

function readCell(bytes: Buffer, start: number): Cell {
  if (bytes[start] !== quote) return plainCell(bytes, start);
  const parts: Buffer[] = [];
  let from = start + 1;
  let close = bytes.indexOf(quote, from);
  for (; close >= 0 && bytes[close + 1] === quote; close = bytes.indexOf(quote, from)) {
    parts.push(bytes.subarray(from, close + 1)); // two quotes are one
    from = close + 2;
  }
  const closed = close < 0 ? bytes.length : close;
  parts.push(bytes.subarray(from, closed));
  const after = plainCell(bytes, Math.min(closed + 1, bytes.length)); // what follows the closing quote, usually nothing
  const content = Buffer.concat([...parts, after.bytes]);
  return { bytes: content, end: after.end, lines: lineFeedsIn(content) };
}

function plainCell(bytes: Buffer, start: number): Cell {
  let end = start;
  while (end < bytes.length && bytes[end] !== comma && bytes[end] !== lineFeed) end++;
  const isBeforeLineEnd = bytes[end] !== comma && bytes[end - 1] === carriageReturn && end > start;
  return { bytes: bytes.subarray(start, isBeforeLineEnd ? end - 1 : end), end, lines: 0 };
}

function lineFeedsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}
