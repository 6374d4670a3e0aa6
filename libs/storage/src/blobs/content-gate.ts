import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/**
 * Passes a stream on, but holds back its last chunk until `allow` resolves: whoever reads gets all of it only if it was allowed, and otherwise a
 * stream that fails before its end.
 *
 * @param allow gets the SHA-256 of what passed; rejects where it must not be completed
 */
export class ContentGate extends Transform {
  readonly #hash: Hash = createHash('sha256');
  readonly #allow: (sha256: string) => Promise<void>;
  #held: Buffer | undefined;

  constructor(allow: (sha256: string) => Promise<void>) {
    super();
    this.#allow = allow;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    const before = this.#held;
    this.#held = chunk;
    done(null, before);
  }

  override _flush(done: TransformCallback): void {
    this.#allow(this.#hash.digest('hex')).then(() => done(null, this.#held), done);
  }
}
