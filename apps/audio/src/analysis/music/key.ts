export const keyNames = ['C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B'] as const;
export type KeyName = (typeof keyNames)[number];
export type Mode = 'major' | 'minor';

export interface KeyEstimate {
  readonly key: KeyName;
  readonly mode: Mode;
  /** In [0, 1]. */
  readonly confidence: number;
}

/** What the key is judged from. */
export interface Tones {
  /** Strength per ten cents of the octave from C, shape [120]. */
  readonly fine: Float64Array;
  /** Strength per pitch class, C first, of the first and of the last few seconds, shape [12]: pieces start and end at home. */
  readonly opening: readonly number[];
  readonly ending: readonly number[];
  /** Share of the sound that is tones, 0 … 1. */
  readonly tonality: number;
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
const openingWeight = 0.05;
const endingWeight = 0.1;
/** A tone's third harmonic sounds a fifth above it and its fifth a major third: shares of a tone to take away there again. */
const fifthShare = 0.1;
const thirdShare = 0.03;
/** Below 1: a tone heard half as much matters more than half. */
const evenness = 0.5;

/**
 * The key whose profile is most like how much of each pitch class there is.
 *
 * @returns null where there are no tones
 * @see Krumhansl 1990, "Cognitive Foundations of Musical Pitch": correlation with key profiles
 */
export function estimateKey({ fine, opening, ending, tonality }: Tones): KeyEstimate | null {
  const chroma = withoutHarmonics(foldToSemitones(fine, tuningSteps(fine)));
  const ranked = (['major', 'minor'] as const)
    .flatMap((mode) => keyNames.map((key, tonic) => ({ key, mode, fit: correlation(rotated(chroma, tonic), profiles[mode]), tonic })))
    .map((guess) => ({ ...guess, score: guess.fit + homeScore(guess.mode, guess.tonic, opening, ending) }))
    .sort((a, b) => b.score - a.score);
  const [best, next] = [ranked[0]!, ranked[1]!];
  if (!(best.fit > 0)) return null;
  const lead = Math.min(1, (best.score - next.score) / 0.1);
  return { key: best.key, mode: best.mode, confidence: best.fit * Math.min(1, tonality / 0.15) * (0.5 + 0.5 * lead) };
}

function homeScore(mode: Mode, tonic: number, opening: readonly number[], ending: readonly number[]): number {
  const match = (tones: readonly number[]) => correlation(rotated(tones, tonic), profiles[mode]);
  return openingWeight * match(opening) + endingWeight * match(ending);
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

function withoutHarmonics(chroma: Float64Array): Float64Array {
  return chroma.map((value, i) => Math.max(0, value - fifthShare * chroma[(i + 5) % 12]! - thirdShare * chroma[(i + 8) % 12]!) ** evenness);
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
