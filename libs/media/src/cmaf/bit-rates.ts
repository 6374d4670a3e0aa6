/** Bit rates of a track, measured from its segments. */

export interface MeasuredSegment {
  readonly durationSeconds: number;
  readonly sizeBytes: number;
}

export const durationOf = (segments: readonly MeasuredSegment[]): number =>
  segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);

export const sizeOf = (segments: readonly MeasuredSegment[]): number => segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** In bits per second. @see RFC 8216bis §4.4.6.2 (AVERAGE-BANDWIDTH) */
export const averageBitRate = (segments: readonly MeasuredSegment[]): number =>
  Math.ceil((8 * sizeOf(segments)) / Math.max(1e-3, durationOf(segments)));

/**
 * The largest bit rate of any run of segments that lasts between 0.5 and 1.5 times the target duration; of the whole track when it is shorter.
 *
 * @see RFC 8216 §4.1 (peak segment bit rate)
 */
export function peakBitRate(segments: readonly MeasuredSegment[]): number {
  const target = targetDurationSeconds(segments);
  let peak = averageBitRate(segments);
  for (let from = 0; from < segments.length; from++) {
    let seconds = 0;
    for (let to = from; to < segments.length && seconds < 1.5 * target; to++) {
      seconds += segments[to]!.durationSeconds;
      if (seconds >= 0.5 * target && seconds <= 1.5 * target)
        peak = Math.max(peak, Math.ceil((8 * sizeOf(segments.slice(from, to + 1))) / seconds));
    }
  }
  return peak;
}

/** Each duration, rounded to whole seconds, must not exceed it. @see RFC 8216 §4.3.3.1 */
export const targetDurationSeconds = (segments: readonly MeasuredSegment[]): number =>
  segments.reduce((longest, { durationSeconds }) => Math.max(longest, Math.round(durationSeconds)), 1);
