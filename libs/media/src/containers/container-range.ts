import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';

/** The bytes of a file that belong to its container, without tags before and behind it. Offsets in bytes, `end` exclusive. */
export interface ContainerRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns what a file lacks, as the end of a sentence, or undefined when all bytes that its container declares are there. Counts of
 * samples and frames are declared lengths too; a duration alone is not.
 *
 * @throws Failure `media-undecodable` when the file has more parts than `budget` allows
 */
export type TruncationCheck = (file: RandomAccess, range: ContainerRange, budget: ParsingBudget) => Promise<string | undefined>;
