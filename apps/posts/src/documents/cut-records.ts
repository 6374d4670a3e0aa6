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
  const scanner = format === 'csv' ? new CsvScanner() : lineScanner;
  let [start, line, skipped] = [from, linesBefore, 0];
  let [pending, length, lastEnd]: [Uint8Array[], number, number] = [[], 0, 0];
  const chunkOf = (bytes: Uint8Array): Chunk => {
    const chunk = { bytes, start, end: start + bytes.length, line, lines: countLines(bytes), isTooLong: false };
    [start, line] = [chunk.end, line + chunk.lines];
    return chunk;
  };
  const skippedRecord = (size: number): Chunk => {
    // A quote that is never closed swallows the lines after it: they are one line here.
    const chunk = { bytes: nothing, start, end: start + size, line, lines: 1, isTooLong: true };
    [start, line, skipped] = [chunk.end, line + 1, 0];
    return chunk;
  };
  for await (const block of source) {
    let rest = block;
    if (skipped > 0) {
      const end = block.indexOf(lineFeed);
      if (end < 0) {
        skipped += block.length;
        continue;
      }
      yield skippedRecord(skipped + end + 1);
      rest = block.subarray(end + 1);
    }
    const end = scanner.lastEnd(rest);
    if (end > 0) lastEnd = length + end;
    pending.push(rest);
    length += rest.length;
    if (length < chunkBytes) continue;
    if (lastEnd > 0) {
      const bytes = Buffer.concat(pending);
      yield chunkOf(bytes.subarray(0, lastEnd));
      [pending, length, lastEnd] = [[bytes.subarray(lastEnd)], length - lastEnd, 0];
    }
    if (length > maxRecordBytes) {
      [skipped, pending, length] = [length, [], 0];
      scanner.reset();
    }
  }
  if (skipped > 0) yield skippedRecord(skipped);
  else if (length > 0) yield chunkOf(Buffer.concat(pending));
}

const nothing = new Uint8Array(0);

interface RecordScanner {
  /** After the last record that ends in the next block of the file; 0 without one. */
  lastEnd(block: Uint8Array): number;
  /** The next block begins a record. */
  reset(): void;
}

const lineScanner: RecordScanner = { lastEnd: (block) => block.lastIndexOf(lineFeed) + 1, reset: () => undefined };

/** A quote inside of quotes is two quotes, so that an even number of quotes before a line feed means: outside. */
class CsvScanner implements RecordScanner {
  #isQuoted = false;

  lastEnd(block: Uint8Array): number {
    let end = 0;
    for (let at = 0; at < block.length; at++) {
      if (block[at] === quote) this.#isQuoted = !this.#isQuoted;
      else if (block[at] === lineFeed && !this.#isQuoted) end = at + 1;
    }
    return end;
  }

  reset(): void {
    this.#isQuoted = false;
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
  return bytes.length > 0 && bytes.at(-1) !== lineFeed ? lines + 1 : lines;
}
