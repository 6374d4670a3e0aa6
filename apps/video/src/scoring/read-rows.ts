/** Reads a block of NDJSON into typed columns: each line becomes a row, or a bad line with its number and a code. */
import { isUtf8 } from 'node:buffer';
import { LineScanner } from './line-scanner.ts';
import { type BadLine, type RowColumns, RowSpool, type ScoreFields } from './row-spool.ts';

export interface RowBlock extends RowColumns {
  /** The first ones, with their lines. */
  readonly badLines: readonly BadLine[];
  readonly refused: number;
  /** Lines that are not blank. */
  readonly linesRead: number;
}

export interface BlockToRead {
  /** Whole lines. */
  readonly bytes: Uint8Array;
  /** Number of the first line, from 1. */
  readonly firstLine: number;
  /** Lines in it, at least as many as there are. */
  readonly lineCount: number;
  readonly fields: ScoreFields;
}

const lineFeed = 10;
/** A longer line is refused without being read. */
export const longestLineBytes = 65_536;
export const lineTooLong = `A line has at most ${longestLineBytes} bytes.`;

export function readRows({ bytes, firstLine, lineCount, fields }: BlockToRead): RowBlock {
  const spool = new RowSpool(fields, lineCount);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scanner = LineScanner.knows(fields) && isUtf8(buffer) ? new LineScanner(bytes, fields, spool) : undefined;
  let linesRead = 0;
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const feed = buffer.indexOf(lineFeed, start);
    const end = feed < 0 ? bytes.length : feed;
    if (end - start > longestLineBytes) {
      linesRead++;
      spool.refuse(line, 'line-too-long', lineTooLong);
    } else if (scanner?.take(start, end, line)) linesRead++;
    else if (readLine(buffer.subarray(start, end), line, spool)) linesRead++;
    start = end + 1;
  }
  return { ...spool.columns(), badLines: spool.badLines, refused: spool.refused, linesRead };
}

/** @returns false for a blank line */
function readLine(bytes: Buffer, line: number, spool: RowSpool): boolean {
  const text = bytes.toString();
  if (text.trim() === '') return false;
  if (isUtf8(bytes)) addJson(text, line, spool);
  else spool.refuse(line, 'utf8-invalid', 'The line is not UTF-8.');
  return true;
}

function addJson(text: string, line: number, spool: RowSpool): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    spool.refuse(line, 'json-invalid', 'The line is not JSON.');
    return;
  }
  spool.add(value, line);
}
