/**
 * Cuts a file of records into chunks that end where a record ends, without decoding it. A record of NDJSON ends at a line feed, one of CSV at a line
 * feed outside of quotes (RFC 4180). Memory is bounded by a chunk and the longest record that is allowed.
 */
import type { DocumentFormat } from '#contracts';

export interface Chunk {
  /** Whole records; empty for a record that is too long. */
  readonly bytes: Uint8Array;
  /** Where it begins in the file, and where the next chunk begins. */
  readonly start: number;
  readonly end: number;
  /** Lines of the file before it, and in it. */
  readonly line: number;
  readonly lines: number;
  /** One record that is longer than allowed, without its bytes. */
  readonly isTooLong: boolean;
}

export interface CutOptions {
  readonly format: DocumentFormat;
  /** Where the stream begins in the file, and how many lines are before; a resumed load begins at the end of a chunk. */
  readonly start: number;
  readonly line: number;
  /** A chunk ends at the first record end after this many bytes. */
  readonly chunkBytes: number;
  readonly maxRecordBytes: number;
}

const lineFeed = 10;
const quote = 34;

export async function* cutRecords(
  source: AsyncIterable<Uint8Array>,
  { format, start: from, line: linesBefore, chunkBytes, maxRecordBytes }: CutOptions,
): AsyncGenerator<Chunk> {
  const endOfRecords = format === 'csv' ? endOfCsvRecords : endOfLines;
  let [pending, start, line, skipped] = [Buffer.alloc(0), from, linesBefore, 0];
  const chunkOf = (bytes: Uint8Array, isTooLong = false): Chunk => {
    const lines = isTooLong ? 1 : countLines(bytes); // a quote that is never closed swallows lines, which are not counted
    const chunk = { bytes: isTooLong ? Buffer.alloc(0) : bytes, start, end: start + skipped + bytes.length, line, lines, isTooLong };
    [start, line, skipped] = [chunk.end, line + lines, 0];
    return chunk;
  };
  for await (const block of source) {
    let rest: Uint8Array = block;
    if (skipped > 0) {
      const end = block.indexOf(lineFeed);
      if (end < 0) {
        skipped += block.length;
        continue;
      }
      yield chunkOf(block.subarray(0, end + 1), true);
      rest = block.subarray(end + 1);
    }
    pending = Buffer.concat([pending, rest]);
    if (pending.length < chunkBytes) continue;
    const end = endOfRecords(pending);
    if (end > 0) {
      yield chunkOf(pending.subarray(0, end));
      pending = pending.subarray(end);
    }
    if (pending.length > maxRecordBytes) [skipped, pending] = [pending.length, Buffer.alloc(0)];
  }
  if (skipped > 0) yield chunkOf(Buffer.alloc(0), true);
  else if (pending.length > 0) yield chunkOf(pending);
}

/** After the last record that is whole; 0 without one. */
const endOfLines = (bytes: Uint8Array): number => bytes.lastIndexOf(lineFeed) + 1;

/** A quote inside of quotes is two quotes, so that an even number of quotes before a line feed means: outside. */
const endOfCsvRecords = (bytes: Uint8Array): number => {
  let [isQuoted, end] = [false, 0];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === quote) isQuoted = !isQuoted;
    else if (bytes[at] === lineFeed && !isQuoted) end = at + 1;
  }
  return end;
};

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
  return bytes.length > 0 && bytes.at(-1) !== lineFeed ? lines + 1 : lines;
}
