/** Frame rates as exact fractions. */
import type { Fraction } from '#media';

export interface FrameRate {
  readonly rate: Fraction;
  readonly isVariable: boolean;
}

/** Rates of cameras and editors; a variable rate is raised to one of them. */
export const commonRates: readonly Fraction[] = [
  ...[10, 12, 15].map((numerator) => ({ numerator, denominator: 1 })),
  { numerator: 24_000, denominator: 1_001 },
  ...[24, 25].map((numerator) => ({ numerator, denominator: 1 })),
  { numerator: 30_000, denominator: 1_001 },
  ...[30, 48, 50].map((numerator) => ({ numerator, denominator: 1 })),
  { numerator: 60_000, denominator: 1_001 },
  ...[60, 90, 100, 120, 240].map((numerator) => ({ numerator, denominator: 1 })),
];

export const decimal = ({ numerator, denominator }: Fraction): number => numerator / denominator;

/** @param text ffprobe's form, e.g. `30000/1001` or `4:3`; `0/0` means unknown */
export function parseFraction(text: string | undefined): Fraction | null {
  const [, numerator, denominator] = /^(\d{1,10})[/:](\d{1,10})$/.exec(text ?? '') ?? [];
  const parsed = { numerator: Number(numerator), denominator: Number(denominator) };
  return parsed.numerator > 0 && parsed.denominator > 0 ? parsed : null;
}

export interface DeclaredRates {
  /** ffprobe's `r_frame_rate`: the lowest rate that represents all time stamps. */
  readonly base: Fraction | null;
  /** ffprobe's `avg_frame_rate`: frames divided by duration. */
  readonly average: Fraction | null;
}

/** Matroska rounds time stamps to milliseconds, so intervals of a constant rate differ by up to 1 ms. */
const toleranceSeconds = 0.0025;
/** A few odd intervals (a dropped frame, the first frame of a fragmented file) do not make a rate variable. */
const steadyShare = 0.97;

/**
 * Decides from the time stamps of the first frames and from the declared rates whether the rate is variable.
 *
 * @param frameTimes presentation times of the first frames in seconds, in any order
 * @returns null when there are no two frames
 */
export function frameRateOf(declared: DeclaredRates, frameTimes: readonly number[]): FrameRate | null {
  const intervals = intervalsOf(frameTimes);
  const declaredRate = declared.base ?? declared.average;
  if (intervals.length === 0) return declaredRate && { rate: declaredRate, isVariable: false };
  const median = intervals[intervals.length >> 1]!;
  const isSteady = share(intervals, median) >= steadyShare;
  if (isSteady && !areApart(declared, median)) return { rate: steadyRate(declared, 1 / median), isVariable: false };
  const shortest = intervals[Math.floor(intervals.length / 10)]!;
  return { rate: commonRateFrom(1 / shortest), isVariable: true };
}

/** Intervals between the frames in presentation order, shortest first. */
function intervalsOf(times: readonly number[]): number[] {
  const ordered = times.toSorted((a, b) => a - b);
  return ordered
    .slice(1)
    .map((time, index) => time - ordered[index]!)
    .filter((interval) => interval > 1e-6)
    .sort((a, b) => a - b);
}

const share = (intervals: readonly number[], median: number) =>
  intervals.filter((interval) => Math.abs(interval - median) <= toleranceSeconds).length / intervals.length;

/** The average of the whole file differs from the rate of its beginning. The last frame may be held a little longer. */
const areApart = ({ average }: DeclaredRates, median: number): boolean => average !== null && Math.abs(decimal(average) * median - 1) > 0.1;

/** The declared rate that agrees with the frames; else the nearest common rate, else the measured one. */
function steadyRate({ base, average }: DeclaredRates, measured: number): Fraction {
  const candidates = [base, average, ...commonRates].filter((rate) => rate !== null);
  const agreeing = candidates.find((rate) => Math.abs(decimal(rate) / measured - 1) < 0.1);
  return agreeing ?? { numerator: Math.max(1, Math.round(measured * 1_000)), denominator: 1_000 };
}

/** The lowest common rate that keeps the frames of a video that runs at `perSecond`. */
const commonRateFrom = (perSecond: number): Fraction =>
  commonRates.find((rate) => decimal(rate) >= perSecond * 0.9995) ?? commonRates.at(-1)!;
