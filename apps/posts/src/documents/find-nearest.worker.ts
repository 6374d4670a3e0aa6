/** Searches blocks of vectors on another thread; the blocks are shared, not copied. */
import { findNearestOf, type Nearest, type SearchedBlock } from './nearest.ts';

export interface NearestInput {
  readonly asked: Float32Array;
  /** In shared memory. */
  readonly blocks: readonly SearchedBlock[];
  /** Of all blocks. */
  readonly limit: number;
}

/** @returns of each block what may be among the nearest of all */
export default ({ asked, blocks, limit }: NearestInput): Promise<Nearest[]> => findNearestOf(blocks, asked, limit);
