/** Stages a stream until its SHA-256 is known: in memory when it is small, else in an object with a random name. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { Failure } from '#contracts';
import type { WriteLimits } from './blob-store.ts';
import type { S3Bucket } from './s3-bucket.ts';

export interface StagedObject {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The bytes, or the key of the staging object, which the caller must delete. */
  readonly content: Buffer | string;
}

const inMemoryBytes = 4 * 1_024 * 1_024;
/** Maximum size of an S3 object that one CopyObject request can copy. */
const maxCopyBytes = 5 * 1_024 ** 3;

/** On failure the source is destroyed and no object is left. */
export async function stageInBucket(
  source: AsyncIterable<Uint8Array> | Readable,
  bucket: S3Bucket,
  folder: string,
  limits: WriteLimits,
): Promise<StagedObject> {
  const stream = source instanceof Readable ? source : Readable.from(source);
  try {
    limits.signal?.throwIfAborted();
    if (limits.signal) addAbortSignal(limits.signal, stream);
    return await stage(new HashingReader(stream, limits.maxBytes), bucket, folder);
  } catch (error) {
    stream.destroy();
    throw limits.signal?.aborted ? limits.signal.reason : error;
  }
}

async function stage(reader: HashingReader, bucket: S3Bucket, folder: string): Promise<StagedObject> {
  const head = await reader.readUpTo(inMemoryBytes);
  if (reader.ended) return { ...reader.result(), content: head };
  const key = `${folder}/${randomUUID()}`;
  try {
    await bucket.putStream(key, Readable.from(reader.rest(head), { objectMode: false }));
  } catch (error) {
    throw reader.error ?? error; // the error of the upload hides the error of its source
  }
  return { ...reader.result(), content: key };
}

class HashingReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #maxBytes: number;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;
  ended = false;
  error: unknown;

  constructor(stream: Readable, maxBytes: number) {
    this.#chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    this.#maxBytes = Math.min(maxBytes, maxCopyBytes);
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#chunks.next();
      this.ended = done === true;
      if (done) return undefined;
      this.#sizeBytes += value.byteLength;
      if (this.#sizeBytes > this.#maxBytes) throw new Failure('payload-too-large', `The file is larger than ${this.#maxBytes} bytes.`);
      this.#hash.update(value);
      return value;
    } catch (error) {
      this.error = error;
      throw error;
    }
  }

  async readUpTo(bytes: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for (let chunk = await this.#next(); chunk; chunk = this.#sizeBytes < bytes ? await this.#next() : undefined) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *rest(head: Buffer): AsyncGenerator<Uint8Array> {
    yield head;
    for (let chunk = await this.#next(); chunk; chunk = await this.#next()) yield chunk;
  }

  result(): { sha256: string; sizeBytes: number } {
    return { sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }
}
