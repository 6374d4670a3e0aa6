/** Parses streams of frames whose headers declare the length of each frame: MPEG audio and ADTS. */
import type { ParsingBudget } from '../parsing-budget.ts';

export interface FrameHeader {
  readonly lengthBytes: number;
  /** The same for all frames of one stream. */
  readonly kind: number;
}
export type ParseFrame = (bytes: Buffer, at: number) => FrameHeader | undefined;

export interface FrameRun {
  /** Where the last whole frame ends. */
  readonly endAt: number;
  readonly wholeFrames: number;
  /** Least number of bytes that the last frame lacks; 0 when it is whole or other data follows. */
  readonly missingBytes: number;
}

/** Three consistent headers in a row are sufficient evidence; fewer are where the bytes end before the third. */
const requiredFrames = 3;

/**
 * Returns the first offset from which frames follow each other.
 *
 * @param lastBytes whether the end of `bytes` is the end of the audio, where fewer frames are enough
 */
export function firstFrameAt(bytes: Buffer, parse: ParseFrame, lastBytes: boolean, budget: ParsingBudget): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const { wholeFrames, missingBytes, endAt } = followFrames(bytes, at, parse, budget, requiredFrames);
    const ranOut = lastBytes && wholeFrames > 0 && (missingBytes > 0 || endAt === bytes.length);
    if (wholeFrames >= requiredFrames || ranOut) return at;
  }
  return undefined;
}

/** Follows the frames from `from` to the end, at most `most` of them. */
export function followFrames(
  bytes: Buffer,
  from: number,
  parse: ParseFrame,
  budget: ParsingBudget,
  most = Number.POSITIVE_INFINITY,
): FrameRun {
  let endAt = from;
  let wholeFrames = 0;
  let kind: number | undefined;
  while (wholeFrames < most) {
    budget.spend('frames');
    const frame = parse(bytes, endAt);
    if (frame === undefined) return { endAt, wholeFrames, missingBytes: isCutHeader(bytes, endAt) ? 1 : 0 };
    if (frame.kind !== (kind ?? frame.kind)) break;
    const missingBytes = endAt + frame.lengthBytes - bytes.length;
    if (missingBytes > 0) return { endAt, wholeFrames, missingBytes };
    kind = frame.kind;
    endAt += frame.lengthBytes;
    wholeFrames++;
  }
  return { endAt, wholeFrames, missingBytes: 0 };
}

/** The bytes end inside a header. */
const isCutHeader = (bytes: Buffer, at: number) => bytes[at] === 0xff && bytes.length - at < 7;
