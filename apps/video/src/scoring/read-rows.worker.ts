/** Reads a block of lines on another thread. */
import { type BlockToRead, type RowBlock, readRows } from './read-rows.ts';

export default (block: BlockToRead): RowBlock => readRows(block);
