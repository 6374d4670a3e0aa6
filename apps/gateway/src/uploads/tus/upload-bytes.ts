/** The bytes of an upload, which may be in several files. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

export interface FilePart {
  readonly path: string;
  /** Bytes behind are of a request that died. */
  readonly sizeBytes: number;
}

const chunkBytes = 256 * 1_024;

/** One part after the other, one file open at a time. @param signal its reason becomes the stream's error */
export function readParts(parts: readonly FilePart[], signal: AbortSignal): Readable {
  return Readable.from(chunksOf(parts, signal), { objectMode: false });
}

async function* chunksOf(parts: readonly FilePart[], signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const { path, sizeBytes } of parts) yield* createReadStream(path, { end: sizeBytes - 1, highWaterMark: chunkBytes, signal });
}
