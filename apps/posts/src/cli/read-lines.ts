/** The longest line, in bytes: 1,048,576 units of text, each escaped, and the rest of the object. */
export const maxLineBytes = 8 * 1_024 * 1_024;

export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** undefined when the line is longer than {@link maxLineBytes}; its bytes are not kept. */
  readonly text: string | undefined;
}

/** Lines of a stream of UTF-8, one at a time; blank ones are left out, a byte order mark is not part of the first. */
export async function* readLines(chunks: AsyncIterable<Buffer>, maxBytes = maxLineBytes): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let number = 1;
  const take = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line[] => {
    const text =
      bytes > maxBytes
        ? undefined
        : Buffer.concat(parts)
            .toString('utf8')
            .replace(/^\ufeff/, '');
    const line = { number: number++, text };
    parts = [];
    bytes = 0;
    return text?.trim() === '' ? [] : [line];
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, end));
      yield* finish();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  yield* finish();
}
