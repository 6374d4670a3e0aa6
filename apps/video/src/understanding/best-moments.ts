/** Ranks the moments of a video that show most of it: motion, loudness and new scenes, and nothing black, frozen or blurred. */
import type { AnalysisCurves } from './curves.ts';
import type { Scene } from './find-scenes.ts';
import type { Span } from './find-spans.ts';

export const momentReasons = ['much-motion', 'loud', 'new-scenes', 'steady-picture', 'clear-picture'] as const;
export type MomentReason = (typeof momentReasons)[number];

export interface Moment extends Span {
  /** Rank among the moments of this video, in [0, 1]; the best first. */
  readonly score: number;
  readonly reasons: readonly MomentReason[];
}

export interface MomentInput {
  readonly durationSeconds: number;
  readonly curves: AnalysisCurves;
  readonly scenes: readonly Scene[];
  /** Spans that no moment should hold: black, frozen, blurred. */
  readonly avoided: readonly Span[];
}

export const mostMoments = 5;
const usualSeconds = 6;
const weights = { motion: 0.45, loudness: 0.35, scenes: 0.2 };
/** Standard deviations above the mean of the video from which a reason is named. */
const remarkable = 0.5;
/** Below 1, so that a video that is blurred throughout has best moments too. */
const avoidance = 0.9;

export function bestMoments(input: MomentInput): Moment[] {
  const { durationSeconds, curves } = input;
  const lengthSeconds = Math.min(usualSeconds, durationSeconds / 2);
  const width = Math.max(1, Math.round(lengthSeconds / curves.stepSeconds));
  const last = curves.motion.length - width;
  if (last < 0 || durationSeconds <= 0) return [];
  const windows = windowsOf(input, width, last);
  const best = Math.max(...windows.map(({ score }) => score));
  const chosen: Moment[] = [];
  for (const { start, score, reasons } of windows.toSorted((a, b) => b.score - a.score || a.start - b.start)) {
    const span = { startSeconds: at(start, curves), endSeconds: Math.min(durationSeconds, at(start + width, curves)) };
    if (chosen.length === mostMoments || score <= 0) break;
    if (chosen.some((other) => span.startSeconds < other.endSeconds && other.startSeconds < span.endSeconds)) continue;
    chosen.push({ ...span, score: Math.round((100 * score) / best) / 100, reasons });
  }
  return chosen;
}

const at = (point: number, { stepSeconds }: AnalysisCurves) => Math.round(1_000 * point * stepSeconds) / 1_000;

interface Window {
  readonly start: number;
  readonly score: number;
  readonly reasons: MomentReason[];
}

function windowsOf({ curves, scenes, avoided }: MomentInput, width: number, last: number): Window[] {
  const starts = Array.from({ length: last + 1 }, (_, start) => start);
  const secondsOf = (start: number) => [start * curves.stepSeconds, (start + width) * curves.stepSeconds] as const;
  const overlapShare = (start: number, spans: readonly Span[]) => {
    const [from, to] = secondsOf(start);
    return (
      spans.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.endSeconds) - Math.max(from, span.startSeconds)), 0) / (to - from)
    );
  };
  const changes = Float64Array.from(scenes.slice(1), ({ startSeconds }) => startSeconds);
  const motion = standardised(sliding(curves.motion, width));
  const loudness = standardised(
    sliding(
      curves.loudness.map((value) => value ?? -70),
      width,
    ),
  );
  const news = standardised(starts.map((start) => countWithin(changes, ...secondsOf(start))));
  return starts.map((start) => {
    const lost = overlapShare(start, avoided);
    const [moves, sounds, cuts] = [motion[start]!, loudness[start]!, news[start]!];
    const interest = 3 + weights.motion * moves + weights.loudness * sounds + weights.scenes * cuts;
    const reasons: MomentReason[] = [
      ...(moves >= remarkable ? (['much-motion'] as const) : []),
      ...(sounds >= remarkable ? (['loud'] as const) : []),
      ...(cuts >= remarkable ? (['new-scenes'] as const) : []),
      ...(moves <= -remarkable ? (['steady-picture'] as const) : []),
      ...(lost === 0 ? (['clear-picture'] as const) : []),
    ];
    return { start, score: Math.max(0, interest) * (1 - avoidance * Math.min(1, lost)) ** 2, reasons };
  });
}

/** Means over `width` neighbours. */
function sliding(values: readonly number[], width: number): number[] {
  let sum = values.slice(0, width).reduce((total, value) => total + value, 0);
  const means = [sum / width];
  for (let end = width; end < values.length; end++) {
    sum += values[end]! - values[end - width]!;
    means.push(sum / width);
  }
  return means;
}

/** In standard deviations from the mean, within [-3, 3]; zeros where all are equal. */
function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (deviation < 1e-9 ? 0 : Math.max(-3, Math.min(3, (value - mean) / deviation))));
}

function countWithin(sorted: Float64Array, from: number, to: number): number {
  const before = (limit: number) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < limit) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return before(to) - before(from);
}
