/** Embeds the text that is asked for and searches blocks of vectors, on another thread; the blocks are shared, not copied. */
import { embedText } from '../analysis/embed-text.ts';
import { findNearestOf, type Nearest, type SearchedBlock } from './nearest.ts';

export interface NearestInput {
  readonly text: string;
  /** In shared memory. */
  readonly blocks: readonly SearchedBlock[];
  /** Of all blocks. */
  readonly limit: number;
}

/** @returns of each block what may be among the nearest of all */
export default ({ text, blocks, limit }: NearestInput): Promise<Nearest[]> => findNearestOf(blocks, embedText(text), limit);
