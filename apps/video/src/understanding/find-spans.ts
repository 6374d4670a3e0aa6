/** Finds stretches of a video for which something holds: black, frozen, blurred. */

export interface Span {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface SpanRule {
  /** Shorter ones are left out. */
  readonly leastSeconds: number;
  /** At most so many are kept: the longest. */
  readonly most: number;
  /** Whether a span ends before this frame although the next one begins with it. */
  readonly parts?: (frame: number) => boolean;
}

/**
 * @param times start of each frame in seconds
 * @param endSeconds end of the last frame
 * @param holds whether the frame is part of a span
 * @returns in order of time
 */
export function spansOf(times: Float64Array, endSeconds: number, holds: (frame: number) => boolean, rule: SpanRule): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (let frame = 0; frame <= times.length; frame++) {
    const isInside = frame < times.length && holds(frame);
    const goesOn = isInside && !(start !== undefined && rule.parts?.(frame));
    if (isInside && start === undefined) start = frame;
    if (goesOn || start === undefined) continue;
    const span = { startSeconds: times[start]!, endSeconds: frame < times.length ? times[frame]! : Math.max(times.at(-1)!, endSeconds) };
    if (span.endSeconds - span.startSeconds >= rule.leastSeconds - 1e-3) spans.push(span);
    start = isInside ? frame : undefined;
  }
  return longest(spans, rule.most);
}

/** The longest of the spans, in order of time. */
export function longest(spans: readonly Span[], most: number): Span[] {
  const length = ({ startSeconds, endSeconds }: Span) => endSeconds - startSeconds;
  const kept = spans.length <= most ? spans : spans.toSorted((a, b) => length(b) - length(a)).slice(0, most);
  return kept.toSorted((a, b) => a.startSeconds - b.startSeconds);
}

/** A frame of which this share of pixels is black; the rest may be a logo. */
export const blackShare = 0.98;

/** Frozen from the frame before the first still one on. */
export const isFrozen = (still: Float32Array, black: Float32Array) => (frame: number) =>
  black[frame]! < blackShare && (still[frame] === 1 || still[frame + 1] === 1);

/** Variance of the Laplacian below which a picture of a small frame has no sharp edge, if it has contrast. */
const blurredSharpness = 14;
/** Share of what is usual for the video. */
const blurredShare = 0.12;
const blurredContrast = 10;

/** Blurred is a picture with contrast but without edges, also in comparison with the rest of the video. */
export function isBlurred(sharpness: Float32Array, contrast: Float32Array): (frame: number) => boolean {
  const sharp = [...sharpness.filter((_, frame) => contrast[frame]! >= blurredContrast)].sort((a, b) => a - b);
  const usual = sharp[Math.floor(0.75 * sharp.length)] ?? 0;
  const limit = Math.max(blurredSharpness, Math.min(60, blurredShare * usual));
  return (frame) => contrast[frame]! >= blurredContrast && sharpness[frame]! < limit;
}
