import { exactColumns } from './columns.ts';
import type { WaveformPeaks } from './peaks.ts';

/** Peaks in the shape of audiowaveform's JSON, version 2: `data` holds a minimum and a maximum for each pixel. */
export interface WaveformJson {
  readonly version: 2;
  readonly channels: 1;
  readonly sample_rate: number;
  /** A whole number of buckets of the peaks, so that each pixel is exact. */
  readonly samples_per_pixel: number;
  readonly bits: 8;
  /** Number of pixels (pairs in `data`). */
  readonly length: number;
  /** In [-128, 127]. */
  readonly data: number[];
}

const STEPS_OF_8_BITS = 256;

/**
 * @param widthPx most pixels, an integer in [1, 4096]; the last pixel may stand for fewer samples
 * @throws RangeError when the width is out of range
 * @see github.com/bbc/audiowaveform, doc/DataFormat.md
 */
export function waveformJson(peaks: WaveformPeaks, widthPx: number): WaveformJson {
  if (!Number.isInteger(widthPx) || widthPx < 1 || widthPx > 4096) throw new RangeError('width must be 1 to 4096 pixels');
  const bucketsPerPixel = Math.max(1, Math.ceil(peaks.min.length / widthPx));
  const columns = exactColumns(peaks, bucketsPerPixel);
  return {
    version: 2,
    channels: 1,
    sample_rate: peaks.sampleRateHz,
    samples_per_pixel: bucketsPerPixel * peaks.framesPerBucket,
    bits: 8,
    length: columns.length,
    data: columns.flatMap(({ min, max }) => [Math.floor(min / STEPS_OF_8_BITS), Math.floor(max / STEPS_OF_8_BITS)]),
  };
}
