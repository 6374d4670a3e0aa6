import { encode } from 'fast-png';
import { BAR_RADIUS_PX, type Bar, type BarPicture, layOutBars, PEAK_OPACITY, type PictureOptions } from './bars.ts';
import { layOver } from './colour.ts';
import type { WaveformPeaks } from './peaks.ts';

const SHADES = 256;
/** Read once: a look at a global is slow inside a vm context, as under Jest. */
const { ceil, floor, hypot, max, min, round } = Math;

/**
 * Draws the same picture as `waveformSvg` as a PNG: one byte a pixel, which says how much of the foreground lies over the background.
 *
 * @throws RangeError when a size or a colour is out of range
 */
export function waveformPng(peaks: WaveformPeaks, options: PictureOptions): Uint8Array {
  const picture = layOutBars(peaks, options);
  const { widthPx: width, heightPx: height } = picture;
  return encode({ width, height, channels: 1, depth: 8, palette: shades(picture), data: shadesOfPixels(picture) });
}

/** From background to foreground. Alpha never falls along the way, which the encoder's transparency table needs; opaque colours have no alpha. */
function shades({ foreground, background }: BarPicture): [number, number, number, number][] | [number, number, number][] {
  const colours = Array.from({ length: SHADES }, (_, shade) => layOver(foreground, background, shade / (SHADES - 1)));
  const opaque = colours.every(({ alpha }) => alpha === 255);
  if (opaque) return colours.map(({ red, green, blue }) => [red, green, blue]);
  return colours.map(({ red, green, blue, alpha }) => [red, green, blue, alpha]);
}

function shadesOfPixels({ widthPx, heightPx, bars }: BarPicture): Uint8Array {
  const pixels = new Uint8Array(widthPx * heightPx);
  const upperRows = ceil(heightPx / 2);
  for (let row = 0; row < upperRows; row++) {
    const distance = heightPx / 2 - (row + 0.5);
    for (const bar of bars) drawBarInRow(pixels, row * widthPx, bar, distance);
    pixels.copyWithin((heightPx - 1 - row) * widthPx, row * widthPx, (row + 1) * widthPx);
  }
  return pixels;
}

/** @param distance of the row from the middle of the picture */
function drawBarInRow(pixels: Uint8Array, rowStart: number, bar: Bar, distance: number): void {
  if (distance > bar.peakHalf + 1) return;
  const from = floor(bar.x - BAR_RADIUS_PX);
  const to = ceil(bar.x + BAR_RADIUS_PX);
  for (let x = from; x < to; x++) {
    const aside = x + 0.5 - bar.x;
    const shade = PEAK_OPACITY * covered(aside, distance, bar.peakHalf) + (1 - PEAK_OPACITY) * covered(aside, distance, bar.rmsHalf);
    pixels[rowStart + x] = round((SHADES - 1) * shade);
  }
}

/** How much of a pixel lies within an upright bar with round ends, by its distance from the bar's axis. */
function covered(aside: number, distance: number, half: number): number {
  const beyond = max(0, distance - (half - BAR_RADIUS_PX));
  return max(0, min(1, BAR_RADIUS_PX + 0.5 - hypot(aside, beyond)));
}
