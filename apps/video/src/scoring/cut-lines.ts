/** Cuts a stream of NDJSON into blocks of whole lines, without decoding them. Memory is bounded by a block and the longest line that is allowed. */

export interface LineBlock {
  /** Whole lines; empty for one line that is too long. */
  readonly bytes: Uint8Array;
  /** Number of its first line, from 1. */
  readonly firstLine: number;
  /** Lines in it, blank ones included. */
  readonly lineCount: number;
  readonly isTooLong: boolean;
}

export interface CutOptions {
  /** A block ends at the last line end after this many bytes. */
  readonly blockBytes: number;
  readonly maxLineBytes: number;
  /** Number of the first line of a part of a file; absent: the file begins, perhaps with a byte order mark. */
  readonly partFrom?: number | undefined;
}

const lineFeed = 10;
const nothing = new Uint8Array(0);

/** The last line needs no line feed; a byte order mark at the beginning of the file is left out. */
export async function* cutLines(
  source: AsyncIterable<Uint8Array>,
  { blockBytes, maxLineBytes, partFrom }: CutOptions,
): AsyncGenerator<LineBlock> {
  let [pending, length, tail]: [Uint8Array[], number, number] = [[], 0, 0];
  let firstLine = partFrom ?? 1;
  let isFirst = partFrom === undefined;
  let isSkipping = false;
  const block = (bytes: Uint8Array): LineBlock => {
    const lineCount = countLines(bytes);
    const cut = { bytes: isFirst ? withoutByteOrderMark(bytes) : bytes, firstLine, lineCount, isTooLong: false };
    [firstLine, isFirst] = [firstLine + lineCount, false];
    return cut;
  };
  const skippedLine = (): LineBlock => {
    [isSkipping, isFirst] = [false, false];
    return { bytes: nothing, firstLine: firstLine++, lineCount: 1, isTooLong: true };
  };
  for await (const chunk of source) {
    let rest = chunk;
    if (isSkipping) {
      const end = rest.indexOf(lineFeed);
      if (end < 0) continue;
      yield skippedLine();
      rest = rest.subarray(end + 1);
    }
    const end = rest.lastIndexOf(lineFeed) + 1;
    pending.push(rest);
    length += rest.length;
    tail = end > 0 ? rest.length - end : tail + rest.length; // bytes after the last line feed
    if (length - tail >= blockBytes || (tail > maxLineBytes && length > tail)) {
      const bytes = Buffer.concat(pending);
      yield block(bytes.subarray(0, length - tail));
      [pending, length] = [[bytes.subarray(length - tail)], tail];
    }
    if (tail > maxLineBytes) [pending, length, tail, isSkipping] = [[], 0, 0, true];
  }
  if (isSkipping) yield skippedLine();
  else if (length > 0) yield block(Buffer.concat(pending));
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines++;
  return bytes.at(-1) === lineFeed ? lines : lines + 1;
}

const withoutByteOrderMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
