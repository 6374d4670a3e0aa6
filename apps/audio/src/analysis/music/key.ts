export const keyNames = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;
export type KeyName = (typeof keyNames)[number];
export type Mode = 'major' | 'minor';

export interface KeyEstimate {
  readonly key: KeyName;
  readonly mode: Mode;
  /** In [0, 1]. */
  readonly confidence: number;
}

/**
 * How well each pitch class fits a key, tonic first.
 *
 * @see Temperley 2007, "Music and Probability": frequencies in the Kostka-Payne corpus
 */
const profiles: Record<Mode, readonly number[]> = {
  major: [0.748, 0.06, 0.488, 0.082, 0.67, 0.46, 0.096, 0.715, 0.104, 0.366, 0.057, 0.4],
  minor: [0.712, 0.084, 0.474, 0.618, 0.049, 0.46, 0.105, 0.747, 0.404, 0.067, 0.133, 0.33],
};

/**
 * The key whose profile is most like how much of each pitch class there is.
 *
 * @param fine strength per ten cents of the octave from C, shape [120]
 * @param tonality share of the sound that is tones, 0 … 1
 * @returns null where there are no tones
 * @see Krumhansl 1990, "Cognitive Foundations of Musical Pitch": correlation with key profiles
 */
export function estimateKey(fine: Float64Array, tonality: number): KeyEstimate | null {
  const chroma = foldToSemitones(fine, tuningSteps(fine));
  const ranked = (['major', 'minor'] as const)
    .flatMap((mode) => keyNames.map((key, tonic) => ({ key, mode, fit: correlation(rotated(chroma, tonic), profiles[mode]) })))
    .sort((a, b) => b.fit - a.fit);
  const [best, next] = [ranked[0]!, ranked[1]!];
  if (!(best.fit > 0)) return null;
  const lead = Math.min(1, (best.fit - next.fit) / 0.1);
  return { key: best.key, mode: best.mode, confidence: best.fit * Math.min(1, tonality / 0.15) * (0.5 + 0.5 * lead) };
}

/** How far the piece is tuned from 440 Hz, in steps of ten cents, -5 … 5: the mean of the fractions of a semitone, on a circle. */
export function tuningSteps(fine: Float64Array): number {
  let x = 0;
  let y = 0;
  fine.forEach((strength, step) => {
    x += strength * Math.cos((2 * Math.PI * step) / 10);
    y += strength * Math.sin((2 * Math.PI * step) / 10);
  });
  return (Math.atan2(y, x) / (2 * Math.PI)) * 10;
}

/** Strength per semitone: the steps within a third of a semitone of it. */
export function foldToSemitones(fine: Float64Array, tuning: number): Float64Array {
  const chroma = new Float64Array(12);
  fine.forEach((strength, step) => {
    const semitone = (step - tuning) / 10;
    const nearest = Math.round(semitone);
    chroma[(nearest + 12) % 12]! += strength * Math.max(0, 1 - Math.abs(semitone - nearest) / 0.4);
  });
  return chroma;
}

function rotated(chroma: Float64Array, tonic: number): number[] {
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
