import type { FeatureRows } from './feature-rows.ts';

/** Features of one segment: band levels in decibels and chroma. */
export interface Segment {
  /** Start, in seconds. */
  readonly startSeconds: number;
  /** Level per group of bands, dB below full scale (never under -60), lowest first. */
  readonly levelsDb: readonly number[];
  /** Level of the full mix, dB. */
  readonly loudnessDb: number;
  /** Unit length, or all 0 where there are no tones; shape [12]. */
  readonly chroma: readonly number[];
}

/** A table of features and its frame rate. */
export interface TimedRows {
  readonly rows: FeatureRows;
  readonly frameRateHz: number;
}

const minDb = -60;

/**
 * Averages frame features over the segments between given times.
 *
 * @param ticks segment boundaries in seconds, ascending
 * @param powers mean power per band group
 */
export function segmentsBetween(ticks: readonly number[], powers: TimedRows, chroma: TimedRows): Segment[] {
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
  return Math.max(minDb, 10 * Math.log10(power + 1e-12));
}

function unitLength(row: readonly number[]): number[] {
  const length = Math.hypot(...row);
  return row.map((value) => (length > 0 ? value / length : 0));
}
