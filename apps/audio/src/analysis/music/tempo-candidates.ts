import { interpolated } from './interpolation.ts';
import type { PulseCurves } from './pulse-curves.ts';

/** Range of tempi; outside of it listeners tap half or double. */
export const minBpm = 55;
export const maxBpm = 190;

const stepsPerOctave = 96;
const maxPeaks = 8;
/** Ratios of metrical levels that are easily confused. */
const metricalRatios = [2, 1 / 2, 3, 1 / 3, 3 / 2, 2 / 3, 4 / 3, 3 / 4];

/**
 * Tempo candidates: the peaks of the pulse support, and metrical ratios of the three strongest.
 *
 * @returns distinct (over 2.5 % apart) beats per minute in [55, 190]
 */
export function tempoCandidates(pulses: PulseCurves): number[] {
  const steps = Math.floor(Math.log2(maxBpm / minBpm) * stepsPerOctave);
  const grid = Array.from({ length: steps + 1 }, (_, i) => minBpm * 2 ** (i / stepsPerOctave));
  const support = grid.map((bpm) => pulseSupport(pulses, bpm));
  const peaks = grid
    .map((bpm, i) => ({ bpm, support: support[i]!, peak: support[i]! >= (support[i - 1] ?? -9) && support[i]! >= (support[i + 1] ?? -9) }))
    .filter(({ peak }) => peak)
    .sort((a, b) => b.support - a.support)
    .slice(0, maxPeaks)
    .map(({ bpm }) => bpm);
  const related = peaks
    .slice(0, 3)
    .flatMap((bpm) => metricalRatios.map((ratio) => bpm * ratio))
    .filter((bpm) => bpm >= minBpm && bpm <= maxBpm)
    .map((bpm) => nearestPeak(pulses, bpm));
  return [...peaks, ...related].filter((bpm, i, all) => all.findIndex((other) => Math.abs(bpm / other - 1) < 0.025) === i);
}

/** Mean autocorrelation at one, two and four beats; about 0 without periodicity, towards 1 for sequenced music. */
export function pulseSupport({ curves, frameRateHz }: PulseCurves, bpm: number): number {
  const lag = (60 * frameRateHz) / bpm;
  const total = curves[0]!;
  return (interpolated(total, lag) + interpolated(total, 2 * lag) + interpolated(total, 4 * lag)) / 3;
}

function nearestPeak(pulses: PulseCurves, bpm: number): number {
  let best = { bpm, support: -9 };
  for (let step = -6; step <= 6; step++) {
    const nearby = bpm * 2 ** (step / 200);
    const support = pulseSupport(pulses, nearby);
    if (support > best.support) best = { bpm: nearby, support };
  }
  return best.bpm;
}
