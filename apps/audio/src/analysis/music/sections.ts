import type { FeatureRows } from './feature-rows.ts';

/** What sounds in one stretch between two ticks: four levels in decibels, and how the pitch classes share. */
export interface Stretch {
  /** Where it starts, seconds. */
  readonly startSeconds: number;
  /** Level per group of bands, dB below full scale (never under -60), lowest first. */
  readonly levelsDb: readonly number[];
  /** Level of everything, dB. */
  readonly loudnessDb: number;
  /** Unit length, or all 0 where there are no tones; shape [12]. */
  readonly chroma: readonly number[];
}

/** A table of features and how many of its rows make a second. */
export interface TimedRows {
  readonly rows: FeatureRows;
  readonly frameRateHz: number;
}

const quietestDb = -60;

/**
 * Cuts a piece into stretches at given times, so that what follows counts beats instead of frames.
 *
 * @param ticks seconds, ascending; n ticks make n - 1 stretches
 * @param powers per group of bands
 */
export function stretchesBetween(ticks: readonly number[], powers: TimedRows, chroma: TimedRows): Stretch[] {
  return ticks.slice(0, -1).map((startSeconds, i) => {
    const power = meanRow(powers, startSeconds, ticks[i + 1]!);
    return {
      startSeconds,
      levelsDb: power.map(decibels),
      loudnessDb: decibels(power.reduce((sum, value) => sum + value, 0)),
      chroma: unitLength(meanRow(chroma, startSeconds, ticks[i + 1]!)),
    };
  });
}

function meanRow({ rows, frameRateHz }: TimedRows, fromSeconds: number, toSeconds: number): number[] {
  const from = Math.min(rows.count - 1, Math.max(0, Math.round(fromSeconds * frameRateHz)));
  const to = Math.min(rows.count, Math.max(from + 1, Math.round(toSeconds * frameRateHz)));
  return Array.from({ length: rows.width }, (_, column) => {
    let sum = 0;
    for (let row = from; row < to; row++) sum += rows.at(row, column);
    return to > from ? sum / (to - from) : 0;
  });
}

function decibels(power: number): number {
  return Math.max(quietestDb, 10 * Math.log10(power + 1e-12));
}

function unitLength(row: readonly number[]): number[] {
  const length = Math.hypot(...row);
  return row.map((value) => (length > 0 ? value / length : 0));
}
