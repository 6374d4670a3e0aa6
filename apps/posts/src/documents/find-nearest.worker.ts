/** Embeds the text that is asked for and searches one block of vectors, on another thread; the block is shared, not copied. */
import { embedText } from './embed-text.ts';
import { findNearest, type Nearest } from './nearest.ts';

export interface NearestInput {
  readonly text: string;
  readonly vectors: Float32Array<SharedArrayBuffer>;
  readonly count: number;
  readonly limit: number;
}

export default ({ text, vectors, count, limit }: NearestInput): Nearest => findNearest(vectors, count, embedText(text), limit);
