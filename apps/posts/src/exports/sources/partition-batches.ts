/** Rows that another service has written as NDJSON, read back in batches. */
import type { BlobStore } from '#storage';
import { readLines } from '../../documents/read-lines.ts';

const maxLineBytes = 64 * 1_048_576;
const batchBytes = 1_000_000;

/** @throws Failure `file-lost`; SyntaxError for a line that is no JSON */
export async function* partitionBatches<Row>(blobs: BlobStore, sha256: string): AsyncGenerator<readonly Row[]> {
  const { stream } = await blobs.openRead(sha256);
  try {
    let [batch, size]: [Row[], number] = [[], 0];
    for await (const { bytes } of readLines(stream as AsyncIterable<Uint8Array>, { maxLineBytes })) {
      batch.push(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Row);
      size += bytes.length;
      if (size < batchBytes) continue;
      yield batch;
      [batch, size] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  } finally {
    stream.destroy();
  }
}
