import { metreFeatures } from './metre-features.ts';
import { metreWeights } from './metre-weights.ts';
import type { PulseCurves } from './pulse-curves.ts';
import { modelScore, softmax } from './scoring-model.ts';
import { pulseSupport, tempoCandidates } from './tempo-candidates.ts';

export interface TempoCandidate {
  /** Beats per minute, in [55, 190]. */
  readonly bpm: number;
  /** In [0, 1]: probability of being the beat, reduced for weak periodicity. */
  readonly confidence: number;
}

/** Clarity from which periodicity does not reduce the confidence. */
const fullClarity = 0.3;

/**
 * Ranks tempo candidates.
 *
 * Candidates come from the autocorrelation; a model trained on synthesised pieces selects the beat (not its half, double or
 * triple) from features of all metrical levels.
 *
 * @returns up to three, best first; empty when there is no periodicity
 * @see Klapuri, Eronen & Astola 2006, "Analysis of the meter of acoustic musical signals": joint estimation of metrical levels
 */
export function rankTempi(pulses: PulseCurves): TempoCandidate[] {
  if (!pulses.curves[0]!.some((value) => value > 0)) return [];
  const candidates = tempoCandidates(pulses);
  const probabilities = softmax(candidates.map((bpm) => modelScore(metreWeights, metreFeatures(pulses, bpm))));
  return candidates
    .map((bpm, i) => ({ bpm, share: probabilities[i]! }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ bpm, share }) => ({ bpm, confidence: share * Math.min(1, clarity(pulses, bpm) / fullClarity) ** 1.5 }));
}

/** Pulse support above the level expected by chance for this duration, in [0, 1]. */
function clarity(pulses: PulseCurves, bpm: number): number {
  const chance = Math.min(0.3, 0.6 / pulses.durationSeconds);
  return Math.max(0, Math.min(1, (pulseSupport(pulses, bpm) - chance) / (1 - chance)));
}
