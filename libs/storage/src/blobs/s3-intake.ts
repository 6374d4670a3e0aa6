/** Reads a stream to where its hash is known: small ones into memory, large ones into an object with a name of no meaning. */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { Failure } from '#contracts';
import type { WriteLimits } from './blob-store.ts';
import type { S3Bucket } from './s3-bucket.ts';

export interface S3Intake {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The bytes themselves, or the key where they lie; the caller deletes it. */
  readonly held: Buffer | string;
}

const smallBytes = 4 * 1_024 * 1_024;
/** S3 copies no object that is larger in one step. */
const largestBytes = 5 * 1_024 ** 3;

/** On failure the source is destroyed and nothing is left. */
export async function takeIntoBucket(
  source: AsyncIterable<Uint8Array> | Readable,
  bucket: S3Bucket,
  folder: string,
  limits: WriteLimits,
): Promise<S3Intake> {
  const stream = source instanceof Readable ? source : Readable.from(source);
  try {
    limits.signal?.throwIfAborted();
    if (limits.signal) addAbortSignal(limits.signal, stream);
    return await take(new Meter(stream, limits.maxBytes), bucket, folder);
  } catch (error) {
    stream.destroy();
    throw limits.signal?.aborted ? limits.signal.reason : error;
  }
}

async function take(meter: Meter, bucket: S3Bucket, folder: string): Promise<S3Intake> {
  const head = await meter.readUpTo(smallBytes);
  if (meter.ended) return { ...meter.result(), held: head };
  const key = `${folder}/${randomUUID()}`;
  try {
    await bucket.putStream(key, Readable.from(meter.rest(head), { objectMode: false }));
  } catch (error) {
    throw meter.fault ?? error; // the upload only says that its source broke
  }
  return { ...meter.result(), held: key };
}

class Meter {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #maxBytes: number;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;
  ended = false;
  fault: unknown;

  constructor(stream: Readable, maxBytes: number) {
    this.#chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    this.#maxBytes = Math.min(maxBytes, largestBytes);
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
      this.fault = error;
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
