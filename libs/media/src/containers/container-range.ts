import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';

/** The part of a file that belongs to the container, without the tags that taggers put before and behind it. Offsets in bytes, `end` exclusive. */
export interface ContainerRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Says what a file lacks, as the end of a sentence, or nothing when every byte its container promises is there. Reads headers and tails only.
 * The principle of all of them: missing bytes make a file truncated; a duration that lies over bytes that are there does not.
 *
 * @throws Failure `media-undecodable` when the file has more parts than `budget` allows
 */
export type TruncationCheck = (file: RandomAccess, range: ContainerRange, budget: ParsingBudget) => Promise<string | undefined>;
