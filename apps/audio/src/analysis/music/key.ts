import type { TonalContext } from './chroma-extractor.ts';
import { keyWeights } from './key-weights.ts';
import { modelScore, softmax } from './scoring-model.ts';

export const keyNames = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;
export type KeyName = (typeof keyNames)[number];
export type Mode = 'major' | 'minor';

export interface KeyEstimate {
  readonly key: KeyName;
  readonly mode: Mode;
  /** In [0, 1]. */
  readonly confidence: number;
}

/** Input of the key estimation. */
export interface TonalFeatures {
  /** Strength per ten cents of the octave from C, shape [120]. */
  readonly fine: Float64Array;
  readonly tonalContext: TonalContext;
  /** Tonal share of the spectrum, 0 … 1. */
  readonly tonality: number;
}

export interface KeyCandidate {
  readonly tonic: number;
  readonly mode: Mode;
  /** Correlation of the pitch classes with the key's profile, -1 … 1. */
  readonly fit: number;
  readonly features: readonly number[];
}

/**
 * Key profiles: weight of each pitch class, tonic first.
 *
 * @see Temperley 2007, "Music and Probability": frequencies in the Kostka-Payne corpus
 */
const profiles: Record<Mode, readonly number[]> = {
  major: [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
  minor: [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
};
/** The third harmonic of a tone is a fifth above it, the fifth harmonic a major third: shares to subtract at these pitch classes. */
const fifthShare = 0.1;
const thirdShare = 0.03;
/** Exponent that compresses tone strengths. */
const toneExponent = 0.5;

/**
 * Estimates the key with a model trained on pieces of known key.
 *
 * @returns null when there are no tones
 */
export function estimateKey(tones: TonalFeatures): KeyEstimate | null {
  const candidates = keyCandidates(tones);
  const probabilities = softmax(candidates.map(({ features }) => modelScore(keyWeights, features)));
  const share = Math.max(...probabilities);
  const best = candidates[probabilities.indexOf(share)]!;
  if (!(best.fit > 0)) return null;
  const confidence = best.fit * Math.min(1, tones.tonality / 0.15) * (0.5 + 0.5 * share);
  return { key: keyNames[best.tonic]!, mode: best.mode, confidence };
}

/**
 * Features of all 24 keys: correlation with the key's profile (whole piece, opening and ending), and the share of
 * each scale step in the whole and in the bass. The latter separate relative keys, which have the same tones, by
 * its tonalContext.
 *
 * @see Krumhansl 1990, "Cognitive Foundations of Musical Pitch": correlation with key profiles
 */
export function keyCandidates({ fine, tonalContext }: TonalFeatures): KeyCandidate[] {
  const chroma = withoutHarmonics(foldToSemitones(fine, tuningSteps(fine)));
  const steps = [chroma, tonalContext.bass, tonalContext.openingBass, tonalContext.endingBass].map(normalizedToSum);
  return (['major', 'minor'] as const).flatMap((mode) =>
    keyNames.map((_, tonic) => {
      const match = (tones: ArrayLike<number>) => correlation(rotated(tones, tonic), profiles[mode]);
      const fit = match(chroma);
      const own = steps.flatMap((shares) => rotated(shares, tonic));
      const none = own.map(() => 0);
      const features = [
        fit,
        match(tonalContext.opening),
        match(tonalContext.ending),
        ...(mode === 'major' ? [...own, ...none] : [...none, ...own]),
      ];
      return { tonic, mode, fit, features };
    }),
  );
}

/** Scales to a sum of 1; zeros stay zeros. */
function normalizedToSum(tones: ArrayLike<number>): number[] {
  const list = Array.from(tones);
  const sum = list.reduce((total, value) => total + value, 0);
  return list.map((value) => (sum > 0 ? value / sum : 0));
}

/** Deviation from A = 440 Hz in steps of ten cents, -5 … 5: the circular mean of the fractions of a semitone. */
export function tuningSteps(fine: Float64Array): number {
  let x = 0;
  let y = 0;
  fine.forEach((strength, step) => {
    x += strength * Math.cos((2 * Math.PI * step) / 10);
    y += strength * Math.sin((2 * Math.PI * step) / 10);
  });
  return (Math.atan2(y, x) / (2 * Math.PI)) * 10;
}

/** Sums the strength per semitone, with weights that fall with the distance from it. */
export function foldToSemitones(fine: Float64Array, tuning: number): Float64Array {
  const chroma = new Float64Array(12);
  fine.forEach((strength, step) => {
    const semitone = (step - tuning) / 10;
    const nearest = Math.round(semitone);
    chroma[(nearest + 12) % 12]! += strength * Math.max(0, 1 - Math.abs(semitone - nearest) / 0.4);
  });
  return chroma;
}

function withoutHarmonics(chroma: Float64Array): Float64Array {
  return chroma.map(
    (value, i) => Math.max(0, value - fifthShare * chroma[(i + 5) % 12]! - thirdShare * chroma[(i + 8) % 12]!) ** toneExponent,
  );
}

function rotated(chroma: ArrayLike<number>, tonic: number): number[] {
  return Array.from(chroma, (_, i) => chroma[(i + tonic) % 12]!);
}

/** Pearson's r; 0 for a flat input. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((x, y) => x + y, 0) / a.length;
  const meanB = b.reduce((x, y) => x + y, 0) / b.length;
  const cross = a.reduce((sum, value, i) => sum + (value - meanA) * (b[i]! - meanB), 0);
  const powerA = a.reduce((sum, value) => sum + (value - meanA) ** 2, 0);
  const powerB = b.reduce((sum, value) => sum + (value - meanB) ** 2, 0);
  return powerA > 0 && powerB > 0 ? cross / Math.sqrt(powerA * powerB) : 0;
}
