import { encode } from 'fast-png';
import { BAR_RADIUS_PX, type Bar, type BarPicture, layOutBars, PEAK_OPACITY, type PictureOptions } from './bars.ts';
import { compositeOver } from './colour.ts';
import { drawLabel, labelHeightPx, layOutMarks, type MarkedTimes } from './marks.ts';
import type { WaveformPeaks } from './peaks.ts';

const SHADES = 256;
/** Read once: global lookups are slow inside a vm context (Jest). */
const { ceil, floor, hypot, max, min, round } = Math;

/**
 * Renders the same picture as `waveformSvg` as a PNG: one byte per pixel, the palette index from background to foreground.
 *
 * @throws RangeError when a size or a colour is out of range
 */
export function waveformPng(peaks: WaveformPeaks, options: PictureOptions, marks?: MarkedTimes): Uint8Array {
  const picture = layOutBars(peaks, options);
  const { widthPx: width, heightPx: height } = picture;
  const data = shadesOfPixels(picture);
  if (marks) paintMarks(data, marks, picture);
  return encode({ width, height, channels: 1, depth: 8, palette: shades(picture), data });
}

function paintMarks(pixels: Uint8Array, marks: MarkedTimes, { widthPx, heightPx }: BarPicture): void {
  const { lines, labels } = layOutMarks(marks, { widthPx, heightPx });
  const paint = (x: number, y: number, opacity: number) => {
    if (x < 0 || x >= widthPx || y < 0 || y >= heightPx) return;
    const at = y * widthPx + x;
    pixels[at] = max(pixels[at]!, round((SHADES - 1) * opacity));
  };
  for (const { x, topPx, bottomPx, opacity } of lines) for (let y = topPx; y < bottomPx; y++) paint(min(widthPx - 1, floor(x)), y, opacity);
  for (const { x, text } of labels) drawLabel(text, (dx, dy) => paint(floor(x) + dx, heightPx - 1 - labelHeightPx + dy, 1));
}

/** Palette from background to foreground. The encoder's transparency table requires non-decreasing alpha; opaque colours have no alpha. */
function shades({ foreground, background }: BarPicture): [number, number, number, number][] | [number, number, number][] {
  const colours = Array.from({ length: SHADES }, (_, shade) => compositeOver(foreground, background, shade / (SHADES - 1)));
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
    const dx = x + 0.5 - bar.x;
    const shade = PEAK_OPACITY * coverage(dx, distance, bar.peakHalf) + (1 - PEAK_OPACITY) * coverage(dx, distance, bar.rmsHalf);
    pixels[rowStart + x] = round((SHADES - 1) * shade);
  }
}

/** Share of a pixel covered by a bar with round caps, from its distance to the bar's axis. */
function coverage(dx: number, distance: number, half: number): number {
  const dy = max(0, distance - (half - BAR_RADIUS_PX));
  return max(0, min(1, BAR_RADIUS_PX + 0.5 - hypot(dx, dy)));
}
