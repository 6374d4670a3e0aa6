/** Embeds the text that is asked for and searches blocks of vectors, on another thread; the blocks are shared, not copied. */
import { embedText } from './embed-text.ts';
import { findNearest, type Nearest } from './nearest.ts';

export interface NearestInput {
  readonly text: string;
  readonly blocks: readonly { readonly vectors: Float32Array<SharedArrayBuffer>; readonly count: number }[];
  /** Of each block. */
  readonly limit: number;
}

/** @returns what is nearest in each block */
export default async ({ text, blocks, limit }: NearestInput): Promise<Nearest[]> => {
  const asked = embedText(text);
  const found: Nearest[] = [];
  for (const { vectors, count } of blocks) found.push(await findNearest(vectors, count, asked, limit));
  return found;
};
