/** From times to the frames of a clip. */
import { type Fraction, ratio } from '#media';
import { decimal } from '../media/frame-rate.ts';

export interface ClipFrames {
  readonly startFrame: number;
  /** Not in the clip; above `startFrame`. */
  readonly endFrame: number;
}

/** Editors and players round the end of a video. */
const toleranceSeconds = 0.5;

/**
 * The frames nearest to the times, at least one.
 *
 * @param rate of the clip, which a source of variable rate is brought to
 * @param durationSeconds of the video; an end a little behind it is the end
 * @returns null when the times lie outside the video
 */
export function clipFrames(
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
  rate: Fraction,
  durationSeconds: number,
): ClipFrames | null {
  if (startSeconds >= durationSeconds || endSeconds > durationSeconds + toleranceSeconds) return null;
  const last = Math.max(1, Math.round(durationSeconds * decimal(rate)));
  const startFrame = Math.min(last - 1, Math.round(startSeconds * decimal(rate)));
  const endFrame = Math.min(last, Math.max(startFrame + 1, Math.round(endSeconds * decimal(rate))));
  return { startFrame, endFrame };
}

/** In seconds. */
export const timeOfFrame = (frame: number, rate: Fraction): number => (frame * rate.denominator) / rate.numerator;

/** What the encode of a clip is known by, beside its source: equal clips are encoded once. The rate follows from the source. */
export const clipName = ({ startFrame, endFrame }: ClipFrames, rate: Fraction): string => `v1 ${startFrame}-${endFrame} at ${ratio(rate)}`;
