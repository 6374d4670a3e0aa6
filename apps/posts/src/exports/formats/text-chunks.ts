/**
 * Rows of text as UTF-8 in chunks of one size. Each row is encoded into the chunk directly: batches joined into one text and encoded as a whole cost
 * three times the CPU, most of it for fresh memory.
 */
const chunkBytes = 256 * 1_024;
/** UTF-8 has at most three bytes for a UTF-16 unit. */
const maxUnitBytes = 3;

/** @param before a text before the rows */
export async function* textChunks<Row>(
  batches: AsyncIterable<readonly Row[]>,
  textOf: (row: Row) => string,
  before = '',
): AsyncGenerator<Uint8Array> {
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let used = chunk.write(before);
  for await (const rows of batches)
    for (const row of rows) {
      const text = textOf(row);
      const room = maxUnitBytes * text.length;
      if (used > 0 && used + room > chunkBytes) {
        yield chunk.subarray(0, used);
        [chunk, used] = [Buffer.allocUnsafeSlow(chunkBytes), 0];
      }
      if (room > chunkBytes) yield Buffer.from(text);
      else used += chunk.write(text, used);
    }
  if (used > 0) yield chunk.subarray(0, used);
}
