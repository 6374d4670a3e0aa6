import { type Colour, parseColour } from './colour.ts';
import { columnsOf } from './columns.ts';
import type { WaveformPeaks } from './peaks.ts';

export interface PictureOptions {
  /** Whole pixels in [16, 4000]. */
  readonly widthPx: number;
  /** Whole pixels in [16, 1000]. */
  readonly heightPx: number;
  /** `#rrggbb` or `#rrggbbaa`. */
  readonly foreground: string;
  readonly background: string;
}

/** A vertical bar, centred on the middle line, with round caps. */
export interface Bar {
  /** Horizontal centre, in pixels from the left. */
  readonly x: number;
  /** Half of the height for the peak and for the root mean square, round caps included. */
  readonly peakHalf: number;
  readonly rmsHalf: number;
}

export interface BarPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly foreground: Colour;
  readonly background: Colour;
  readonly bars: readonly Bar[];
}

/** Distance between bars: 3 px bar and 1 px gap. */
export const PITCH_PX = 4;
export const BAR_RADIUS_PX = 1.5;
/** Opacity of the peaks behind the root mean square. */
export const PEAK_OPACITY = 0.45;
const MARGIN_PX = 1;
const FULL_SCALE = 32_767;
/** Maximum gain: quiet recordings are scaled up, but background noise is not. */
const MAX_GAIN = 8;

/**
 * Lays out a waveform as mirrored bars.
 *
 * @throws RangeError when a size is out of range or a colour is invalid
 */
export function layOutBars(peaks: WaveformPeaks, options: PictureOptions): BarPicture {
  const { widthPx, heightPx } = options;
  checkSize(widthPx, 4000);
  checkSize(heightPx, 1000);
  const columns = columnsOf(peaks, Math.floor(widthPx / PITCH_PX));
  const loudest = columns.reduce((most, { min, max }) => Math.max(most, -min, max), 1);
  const pxPerStep = (heightPx / 2 - MARGIN_PX) / Math.max(loudest, FULL_SCALE / MAX_GAIN);
  const half = (value: number) => Math.max(BAR_RADIUS_PX, value * pxPerStep);
  const left = (widthPx - columns.length * PITCH_PX) / 2 + PITCH_PX / 2;
  const bars = columns.map(({ min, max, rms }, k) => ({ x: left + k * PITCH_PX, peakHalf: half(Math.max(-min, max)), rmsHalf: half(rms) }));
  return { widthPx, heightPx, foreground: parseColour(options.foreground), background: parseColour(options.background), bars };
}

function checkSize(px: number, most: number): void {
  if (!Number.isInteger(px) || px < 16 || px > most) throw new RangeError(`size must be 16 to ${most} pixels`);
}
