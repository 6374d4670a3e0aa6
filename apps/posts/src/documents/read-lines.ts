/** Cuts a stream of bytes into lines, without decoding them. Memory is bounded by the longest line that is allowed. */

export interface Line {
  /** Without the line feed, a carriage return before it, and the byte order mark of the file; empty for a line that is too long. */
  readonly bytes: Uint8Array;
  /** Where `bytes` begin in the file. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** Where the next line begins in the file. */
  readonly end: number;
  readonly isTooLong: boolean;
}

export interface ReadLinesOptions {
  readonly maxLineBytes: number;
  /** Where the stream begins in the file; 0 unless told. */
  readonly offset?: number;
  /** Number of lines before; 0 unless told. */
  readonly line?: number;
}

const lineFeed = 10;
const carriageReturn = 13;
const nothing = new Uint8Array(0);

/** The last line needs no line feed. */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  { maxLineBytes, offset = 0, line = 0 }: ReadLinesOptions,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let [length, start, number] = [0, offset, line];
  const take = (last: Uint8Array, terminator: number): Line => {
    const isTooLong = length + last.length > maxLineBytes;
    const whole = isTooLong ? nothing : parts.length === 0 ? last : Buffer.concat([...parts, last]);
    const end = start + length + last.length + terminator;
    const skipped = start === 0 && hasByteOrderMark(whole) ? 3 : 0;
    const trimmed = whole.subarray(skipped, whole.at(-1) === carriageReturn ? -1 : undefined);
    const taken = { bytes: trimmed, offset: start + skipped, line: ++number, end, isTooLong };
    [parts, length, start] = [[], 0, end];
    return taken;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      yield take(chunk.subarray(from, at), 1);
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    if (length + rest.length <= maxLineBytes) parts.push(rest);
    else parts = []; // known to be too long: its bytes are not kept
    length += rest.length;
  }
  if (length > 0) yield take(nothing, 0);
}

const hasByteOrderMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
