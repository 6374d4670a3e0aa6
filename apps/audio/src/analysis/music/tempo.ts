import { metreFeatures } from './metre-features.ts';
import { metreScore, shares } from './metre-model.ts';
import { metreWeights } from './metre-weights.ts';
import type { PulseCurves } from './pulse-curves.ts';
import { pulseSupport, tempoCandidates } from './tempo-candidates.ts';

export interface TempoCandidate {
  /** Beats per minute, in [55, 190]. */
  readonly bpm: number;
  /** In [0, 1]: how likely this is the beat, less where little repeats. */
  readonly confidence: number;
}

/** A pulse this clear is there beyond doubt: what is left to ask is whether it is the beat. */
const clearEnough = 0.3;

/**
 * Ranks the tempi a piece may have.
 *
 * Which tempi repeat at all is measured; which of them is the beat (and not its half, double or triple) is learned from
 * synthesised pieces, out of the evidence at every level of the metre.
 *
 * @returns up to three, best first; empty when nothing repeats
 * @see Klapuri, Eronen & Astola 2006, "Analysis of the meter of acoustic musical signals": levels of the metre judged together
 */
export function rankTempi(pulses: PulseCurves): TempoCandidate[] {
  if (!pulses.curves[0]!.some((value) => value > 0)) return [];
  const candidates = tempoCandidates(pulses);
  const likely = shares(candidates.map((bpm) => metreScore(metreWeights, metreFeatures(pulses, bpm))));
  return candidates
    .map((bpm, i) => ({ bpm, share: likely[i]! }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ bpm, share }) => ({ bpm, confidence: share * Math.min(1, clarity(pulses, bpm) / clearEnough) ** 1.5 }));
}

/** How clearly a pulse stands out of what chance gives in so short a piece, in [0, 1]. */
function clarity(pulses: PulseCurves, bpm: number): number {
  const chance = Math.min(0.3, 0.6 / pulses.durationSeconds);
  return Math.max(0, Math.min(1, (pulseSupport(pulses, bpm) - chance) / (1 - chance)));
}
