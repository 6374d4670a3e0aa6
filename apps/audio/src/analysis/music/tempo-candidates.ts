import type { PulseCurves } from './pulse-curves.ts';
import { interpolated } from './smoothing.ts';

/** Beats per minute a piece may have; outside, a listener taps half or double. */
export const slowestBpm = 55;
export const fastestBpm = 190;

const stepsPerOctave = 96;
const ownPeaks = 8;
/** Levels of the metre a pulse is easily taken for: twice, half, three times, and the ratios of three against two and four. */
const relations = [2, 1 / 2, 3, 1 / 3, 3 / 2, 2 / 3, 4 / 3, 3 / 4];

/**
 * The tempi worth weighing: what repeats best after one, two and four beats, and the relatives of the three best.
 *
 * @returns distinct (over 2.5 % apart) beats per minute in [55, 190]
 */
export function tempoCandidates(pulses: PulseCurves): number[] {
  const steps = Math.floor(Math.log2(fastestBpm / slowestBpm) * stepsPerOctave);
  const grid = Array.from({ length: steps + 1 }, (_, i) => slowestBpm * 2 ** (i / stepsPerOctave));
  const support = grid.map((bpm) => pulseSupport(pulses, bpm));
  const peaks = grid
    .map((bpm, i) => ({ bpm, support: support[i]!, peak: support[i]! >= (support[i - 1] ?? -9) && support[i]! >= (support[i + 1] ?? -9) }))
    .filter(({ peak }) => peak)
    .sort((a, b) => b.support - a.support)
    .slice(0, ownPeaks)
    .map(({ bpm }) => bpm);
  const relatives = peaks
    .slice(0, 3)
    .flatMap((bpm) => relations.map((ratio) => bpm * ratio))
    .filter((bpm) => bpm >= slowestBpm && bpm <= fastestBpm)
    .map((bpm) => nearestPeak(pulses, bpm));
  return [...peaks, ...relatives].filter((bpm, i, all) => all.findIndex((other) => Math.abs(bpm / other - 1) < 0.025) === i);
}

/** Mean likeness after one, two and four beats; about 0 where nothing repeats, towards 1 for a machine. */
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
