/** Searches candidate pairs on another thread; the signatures are moved there. */
import { type Candidates, findCandidates } from './candidate-pairs.ts';

export interface CandidatesInput {
  readonly signatures: Uint32Array<ArrayBuffer>;
  readonly minSimilarity: number;
}

export default ({ signatures, minSimilarity }: CandidatesInput): Candidates => findCandidates(signatures, minSimilarity);
