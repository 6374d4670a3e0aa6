/** Computes exact similarities on another thread. */
import { compareTexts } from './verify-pairs.ts';

export interface ComparisonInput {
  readonly texts: readonly string[];
  /** Two places in `texts` a pair. */
  readonly pairs: Int32Array;
}

export default ({ texts, pairs }: ComparisonInput): Float64Array => compareTexts(texts, pairs);
