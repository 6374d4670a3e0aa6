/** Streams that are nothing but frames, each with a header that says how long it is: MPEG audio and ADTS. */
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
  /** How much of a last, cut frame is not there (at least); 0 when the frames end before something else or exactly at the end. */
  readonly missingBytes: number;
}

/** Three headers in a row that agree are no accident; fewer do where the bytes end before the third. */
const convincing = 3;

/**
 * Where frames begin: the first place from which they follow each other.
 *
 * @param lastBytes whether the end of `bytes` is the end of the sound, where a shorter row is enough
 */
export function firstFrameAt(bytes: Buffer, parse: ParseFrame, lastBytes: boolean, budget: ParsingBudget): number | undefined {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const { wholeFrames, missingBytes, endAt } = followFrames(bytes, at, parse, budget, convincing);
    const ranOut = lastBytes && wholeFrames > 0 && (missingBytes > 0 || endAt === bytes.length);
    if (wholeFrames >= convincing || ranOut) return at;
  }
  return undefined;
}

/** Follows the frames from here to the end, or to `most` of them. */
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

/** The first bytes of a header and nothing behind them. */
const isCutHeader = (bytes: Buffer, at: number) => bytes[at] === 0xff && bytes.length - at < 7;
