import { Autocorrelation } from './autocorrelation.ts';
import { interpolated } from './smoothing.ts';

export interface TempoCandidate {
  /** Beats per minute, in [50, 210]. */
  readonly bpm: number;
  /** In [0, 1]. */
  readonly confidence: number;
}

const slowestBpm = 50;
const fastestBpm = 210;
const stepsPerOctave = 120;

/**
 * Ranks the tempi a piece may have.
 *
 * @param onsets onset strength, shape [frames], any non-negative unit
 * @returns up to three, best first; empty when nothing repeats
 * @see Ellis 2007, "Beat Tracking by Dynamic Programming": autocorrelation weighted around 120 BPM
 */
export function rankTempi(onsets: Float32Array, frameRateHz: number): TempoCandidate[] {
  if (onsets.length < 2 * frameRateHz) return [];
  const likeness = new Autocorrelation().average(onsets, Math.ceil(frameRateHz * 6));
  const energy = likeness[0]!;
  if (!(energy > 1e-9)) return [];
  const steps = Math.round(Math.log2(fastestBpm / slowestBpm) * stepsPerOctave);
  const grid = Array.from({ length: steps + 1 }, (_, i) => slowestBpm * 2 ** (i / stepsPerOctave));
  const scores = grid.map((bpm) => {
    const lag = (60 * frameRateHz) / bpm;
    const support = [1, 2, 4].reduce((sum, beats) => sum + interpolated(likeness, lag * beats), 0) / 3 / energy;
    return { bpm, confidence: Math.max(0, Math.min(1, support)), score: support * Math.exp(-0.5 * (Math.log2(bpm / 118) / 0.9) ** 2) };
  });
  return scores
    .filter(({ score }, i) => score > 0 && score >= (scores[i - 1]?.score ?? 0) && score >= (scores[i + 1]?.score ?? 0))
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ bpm, confidence }) => ({ bpm, confidence }));
}
