/** Limits how many parts of each kind the parsers read in one file. Each step is short, so a limit of steps limits the CPU time. */
import { Failure } from '#contracts/plain';

export interface ParsingLimit {
  /** Plural, for the error message. */
  readonly name: string;
  /** Allowed in any file. */
  readonly base: number;
  /** One more step is allowed for each of these bytes passed; without it the limit is `base`. Media files have larger parts on average. */
  readonly bytesPerStep?: number;
  /** Upper limit for any file. */
  readonly max: number;
}

const flat = (name: string, max: number): ParsingLimit => ({ name, base: max, max });

/** The largest counts come from live recordings with one page or block for every 20 ms: 1,080,000 in six hours. */
export const parsingLimits = {
  oggPages: { name: 'Ogg pages', base: 10_000, bytesPerStep: 40, max: 1_200_000 },
  matroskaElements: { name: 'Matroska elements', base: 10_000, bytesPerStep: 16, max: 1_200_000 },
  /** Six hours of one-second fragments have 43,200 boxes at the top level, which are read three times. */
  mp4Boxes: flat('MP4 boxes', 200_000),
  /** RIFF, RF64, W64, AIFF, CAF. */
  chunks: flat('chunks', 10_000),
  flacBlocks: flat('FLAC metadata blocks', 1_000),
  /** A block has half a second. */
  wavPackBlocks: { name: 'WavPack blocks', base: 10_000, bytesPerStep: 400, max: 1_200_000 },
  /** A frame has a second. */
  ttaFrames: flat('TTA frames', 200_000),
  asfObjects: flat('ASF objects', 1_000),
  /** Headers tried in the search for frames of MPEG audio, ADTS or AC-3, in at most 64 KiB at the beginning and at the end. */
  frames: flat('frame headers', 150_000),
  /** ID3v2, ID3v1, APEv2 and Lyrics3 tags before and behind the audio. */
  tags: flat('tags', 64),
} as const satisfies Record<string, ParsingLimit>;

export type ParsingUnit = keyof typeof parsingLimits;

/** One per file. */
export class ParsingBudget {
  readonly #steps = new Map<ParsingUnit, number>();

  /** Steps taken so far, of every kind. */
  get steps(): number {
    return [...this.#steps.values()].reduce((sum, steps) => sum + steps, 0);
  }

  /**
   * Counts one step.
   *
   * @param passedBytes bytes of the file already read, for the kinds whose limit grows with them
   * @throws Failure `media-undecodable` when the limit is exceeded
   */
  spend(unit: ParsingUnit, passedBytes = 0): void {
    const steps = (this.#steps.get(unit) ?? 0) + 1;
    this.#steps.set(unit, steps);
    const allowed = allowedSteps(parsingLimits[unit], passedBytes);
    if (steps > allowed)
      throw new Failure('media-undecodable', `The file consists of too many ${parsingLimits[unit].name}: more than ${allowed} so far.`);
  }
}

function allowedSteps({ base, bytesPerStep, max }: ParsingLimit, passedBytes: number): number {
  return bytesPerStep === undefined ? base : Math.min(max, base + Math.floor(passedBytes / bytesPerStep));
}
