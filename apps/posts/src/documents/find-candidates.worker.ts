/** Searches candidate pairs on another thread; the signatures are moved there. */
import { type Candidates, findCandidates } from './candidate-pairs.ts';

export interface CandidatesInput {
  readonly signatures: Uint32Array<ArrayBuffer>;
  readonly similarityMin: number;
}

export default ({ signatures, similarityMin }: CandidatesInput): Candidates => findCandidates(signatures, similarityMin);
