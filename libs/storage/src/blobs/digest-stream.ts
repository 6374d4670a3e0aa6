/** SHA-256 of streams. */
import { createHash, type Hash } from 'node:crypto';
import { type Readable, Transform, type TransformCallback } from 'node:stream';

/**
 * Passes a stream through but withholds its last chunk until `verify` resolves. When `verify` rejects, the stream fails before its end.
 *
 * @param verify receives the SHA-256 of the stream
 */
export class DigestCheckStream extends Transform {
  readonly #hash: Hash = createHash('sha256');
  readonly #verify: (sha256: string) => Promise<void>;
  #withheld: Buffer | undefined;

  constructor(verify: (sha256: string) => Promise<void>) {
    super();
    this.#verify = verify;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    const previous = this.#withheld;
    this.#withheld = chunk;
    done(null, previous);
  }

  override _flush(done: TransformCallback): void {
    this.#verify(this.#hash.digest('hex')).then(() => done(null, this.#withheld), done);
  }
}

/** @returns 64 lower-case hexadecimal digits */
export async function sha256OfStream(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('hex');
}
