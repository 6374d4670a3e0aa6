/** Which renditions of a video are made: chosen by its short side and its bit rate. */
import type { Fraction } from '#media';
import type { VideoCodecName } from '../encoders/video-encoders.ts';
import { decimal } from '../media/frame-rate.ts';
import { type PictureSize, sizeForShortSide } from '../media/video-filters.ts';
import type { VideoInfo, VideoStream } from '../media/video-info.ts';

export interface Rung extends PictureSize {
  readonly shortSidePx: number;
  readonly frameRate: Fraction;
  /** Upper limit of the video, in bits per second; simple pictures need less. */
  readonly maxBitRate: number;
}

/** Short side and bits per second at 30 frames per second. @see Apple, HLS Authoring Specification for Apple Devices §1.30 (example ladder) */
const steps = [
  { shortSidePx: 144, bitRate: 200_000 },
  { shortSidePx: 240, bitRate: 400_000 },
  { shortSidePx: 360, bitRate: 900_000 },
  { shortSidePx: 480, bitRate: 1_500_000 },
  { shortSidePx: 720, bitRate: 3_000_000 },
  { shortSidePx: 1_080, bitRate: 5_500_000 },
  { shortSidePx: 1_440, bitRate: 10_000_000 },
  { shortSidePx: 2_160, bitRate: 18_000_000 },
] as const;

const least = { bitRate: 80_000, shortSidePx: 2 };
/** A source whose short side exceeds the highest step that fits by more than this gets a rung of its own size. */
const ownRungFrom = 1.2;
/** A lower rung must save at least this share of the next higher one. */
const leastSaving = 0.25;
/** H.264 needs this many times the bits of a newer codec for the same quality. */
const newerCodecs: ReadonlySet<string> = new Set(['hevc', 'av1', 'vp9']);
const newerCodecFactor = 1.8;
const mostFramesPerSecond = 60;

/** Highest rung first; never larger than the source, at least one. */
export function ladderFor(info: VideoInfo): Rung[] {
  const source = sourceShortSide(info.video);
  const fitting = steps.map(({ shortSidePx }) => shortSidePx).filter((side) => side <= source);
  const top = fitting.at(-1);
  const isOwn = source <= steps.at(-1)!.shortSidePx && (top === undefined || source > top * ownRungFrom);
  const sides = [...fitting, ...(isOwn ? [source] : [])].reverse();
  return withoutLittleSavings(sides.map((side) => rungOf(info, side)));
}

/** Bits that AV1 needs of those of H.264 for about the same quality. */
const av1Share = 0.6;

/** @param shortSidePx a larger one than the source gives the size of the source */
export function rungOf(info: VideoInfo, shortSidePx: number, codec: VideoCodecName = 'h264'): Rung {
  if (!(shortSidePx >= least.shortSidePx)) throw new RangeError(`not a short side: ${shortSidePx}`);
  const size = sizeForShortSide(info.video, shortSidePx);
  const frameRate = outputRate(info.video);
  const side = Math.min(size.widthPx, size.heightPx);
  return {
    ...size,
    shortSidePx: side,
    frameRate,
    maxBitRate: Math.round(bitRateOf(info, side, frameRate) * (codec === 'av1' ? av1Share : 1)),
  };
}

const sourceShortSide = ({ displayWidthPx, displayHeightPx }: VideoStream): number =>
  Math.max(least.shortSidePx, Math.min(displayWidthPx, displayHeightPx));

/** Never more than the source has, beside what another codec and container cost. */
function bitRateOf({ bitRate, video }: VideoInfo, side: number, frameRate: Fraction): number {
  const wanted = bitRateForSide(side) * (decimal(frameRate) > 31 ? 1.5 : 1);
  const ofSource = bitRate === null ? wanted : bitRate * (newerCodecs.has(video.codec) ? newerCodecFactor : 1.1);
  return Math.max(least.bitRate, Math.min(wanted, ofSource));
}

/** In proportion to the pixels between two steps. */
function bitRateForSide(side: number): number {
  const step = steps.findLast(({ shortSidePx }) => shortSidePx <= side) ?? steps[0];
  return step.bitRate * (side / step.shortSidePx) ** 1.6;
}

function withoutLittleSavings(rungs: readonly Rung[]): Rung[] {
  const kept: Rung[] = [];
  for (const rung of rungs) {
    const higher = kept.at(-1);
    if (higher === undefined || rung.maxBitRate <= (1 - leastSaving) * higher.maxBitRate) kept.push(rung);
  }
  return kept;
}

/** Rates above 60 frames per second are halved until they fit; a single picture is shown at 25. */
export function outputRate({ frameRate }: VideoStream): Fraction {
  let rate = frameRate ?? { numerator: 25, denominator: 1 };
  while (decimal(rate) > mostFramesPerSecond + 0.5) rate = { numerator: rate.numerator, denominator: 2 * rate.denominator };
  return rate;
}
