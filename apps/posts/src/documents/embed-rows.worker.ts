/** Embeds texts of prepared documents on another thread. */
import { dimension, embedText } from '../analysis/embed-text.ts';
import { encodeHalves } from './half-floats.ts';

export interface EmbedInput {
  /** As `prepare-documents` makes them. */
  readonly rows: string;
  /** Hashes of the texts to embed. */
  readonly hashes: readonly string[];
}

export interface EmbeddedTexts {
  readonly hashes: readonly string[];
  /** A vector of 16-bit numbers for each hash. */
  readonly vectors: Uint8Array<ArrayBuffer>;
}

export default ({ rows, hashes }: EmbedInput): EmbeddedTexts => {
  const texts = new Map((JSON.parse(rows) as { h: string; t: string }[]).map(({ h, t }) => [h, t]));
  const vectors = new Uint8Array(2 * dimension * hashes.length);
  for (const [at, hash] of hashes.entries()) vectors.set(encodeHalves(embedText(texts.get(hash) ?? '')), 2 * dimension * at);
  return { hashes, vectors };
};
