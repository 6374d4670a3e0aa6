/** Embeds texts on another thread. */
import { dimension, embedText } from '../analysis/embed-text.ts';
import { encodeHalves } from './half-floats.ts';

export interface EmbedInput {
  readonly texts: readonly string[];
  /** Of each text. */
  readonly hashes: readonly string[];
}

export interface EmbeddedTexts {
  readonly hashes: readonly string[];
  /** A vector of 16-bit numbers for each hash. */
  readonly vectors: Uint8Array<ArrayBuffer>;
}

export default ({ texts, hashes }: EmbedInput): EmbeddedTexts => {
  const vectors = new Uint8Array(2 * dimension * texts.length);
  for (const [at, text] of texts.entries()) vectors.set(encodeHalves(embedText(text)), 2 * dimension * at);
  return { hashes, vectors };
};
