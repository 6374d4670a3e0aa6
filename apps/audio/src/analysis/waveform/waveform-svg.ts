import { BAR_RADIUS_PX, type Bar, layOutBars, PEAK_OPACITY, type PictureOptions } from './bars.ts';
import type { Colour } from './colour.ts';
import { layOutMarks, type MarkedTimes } from './marks.ts';
import type { WaveformPeaks } from './peaks.ts';

/**
 * Renders a waveform as an SVG document: mirrored bars with round caps, the root mean square darker inside the peaks.
 *
 * @throws RangeError when a size or a colour is out of range
 */
export function waveformSvg(peaks: WaveformPeaks, options: PictureOptions, marks?: MarkedTimes): string {
  const { widthPx, heightPx, foreground, background, bars } = layOutBars(peaks, options);
  const middle = heightPx / 2;
  const stroke = `fill="none" stroke-linecap="round" stroke-width="${2 * BAR_RADIUS_PX}" stroke="${hex(foreground)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}" role="img" aria-label="Waveform">`,
    `<rect width="100%" height="100%" fill="${hex(background)}" fill-opacity="${short(background.alpha / 255)}"/>`,
    `<path ${stroke} stroke-opacity="${short((PEAK_OPACITY * foreground.alpha) / 255)}" d="${lines(bars, middle, (bar) => bar.peakHalf)}"/>`,
    `<path ${stroke} stroke-opacity="${short(foreground.alpha / 255)}" d="${lines(bars, middle, (bar) => bar.rmsHalf)}"/>`,
    ...(marks ? markLines(marks, options, foreground) : []),
    '</svg>\n',
  ].join('\n');
}

/** One vertical line per bar; the round caps add the radius. Renderers omit the caps of a zero-length line, hence the minimum of 0.01. */
function lines(bars: readonly Bar[], middle: number, halfOf: (bar: Bar) => number): string {
  const line = (bar: Bar) => {
    const half = Math.max(0.01, halfOf(bar) - BAR_RADIUS_PX);
    return `M${short(bar.x)} ${short(middle - half)}v${short(2 * half)}`;
  };
  return bars.map(line).join('');
}

/** Lines of one opacity are one path. */
function markLines(marks: MarkedTimes, size: PictureOptions, colour: Colour): string[] {
  const { lines: all, labels } = layOutMarks(marks, size);
  const at = (x: number) => short(Math.min(size.widthPx - 1, Math.floor(x)) + 0.5);
  const paths = [...new Set(all.map(({ opacity }) => opacity))].map((opacity) => {
    const d = all.filter((line) => line.opacity === opacity).map(({ x, topPx, bottomPx }) => `M${at(x)} ${topPx}V${bottomPx}`);
    const strength = short((opacity * colour.alpha) / 255);
    return `<path fill="none" stroke-width="1" stroke="${hex(colour)}" stroke-opacity="${strength}" d="${d.join('')}"/>`;
  });
  const texts = labels.map(({ x, text }) => `<text x="${short(x)}" y="${size.heightPx - 2}">${text}</text>`);
  const group = `<g font-family="sans-serif" font-size="9" fill="${hex(colour)}" fill-opacity="${short(colour.alpha / 255)}">`;
  return [...paths, ...(texts.length > 0 ? [`${group}${texts.join('')}</g>`] : [])];
}

const short = (value: number): string => String(Math.round(value * 100) / 100);

const hex = ({ red, green, blue }: Colour): string => `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
