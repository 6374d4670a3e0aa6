import type { WaveformPeaks } from './peaks.ts';

/** Values of one column of a picture, or of one pixel of audiowaveform's JSON; same units as the peaks. */
export interface Column {
  readonly min: number;
  readonly max: number;
  readonly rms: number;
}

/**
 * Resamples the peaks to columns of equal length. Where there are fewer buckets than columns, buckets repeat.
 *
 * @param count number of columns, at least 1
 * @returns `count` columns, or none when the recording has no frames
 */
export function columnsOf(peaks: WaveformPeaks, count: number): Column[] {
  const buckets = peaks.frames / peaks.framesPerBucket; // the last bucket may be partial
  if (buckets === 0) return [];
  return Array.from({ length: count }, (_, column) => {
    const from = Math.min(peaks.min.length - 1, Math.floor((column * buckets) / count));
    const to = Math.max(from + 1, Math.min(peaks.min.length, Math.floor(((column + 1) * buckets) / count)));
    return merge(peaks, from, to);
  });
}

/**
 * Merges whole buckets, so that each column is exact; the last one may be shorter.
 *
 * @param bucketsPerColumn at least 1
 */
export const exactColumns = (peaks: WaveformPeaks, bucketsPerColumn: number): Column[] =>
  Array.from({ length: Math.ceil(peaks.min.length / bucketsPerColumn) }, (_, column) =>
    merge(peaks, column * bucketsPerColumn, Math.min(peaks.min.length, (column + 1) * bucketsPerColumn)),
  );

function merge(peaks: WaveformPeaks, from: number, to: number): Column {
  const squares = peaks.rms.slice(from, to).reduce((sum, rms) => sum + rms * rms, 0);
  return {
    min: Math.min(...peaks.min.slice(from, to)),
    max: Math.max(...peaks.max.slice(from, to)),
    rms: Math.sqrt(squares / (to - from)),
  };
}
