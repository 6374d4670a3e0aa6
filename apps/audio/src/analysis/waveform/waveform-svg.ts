import { BAR_RADIUS_PX, type Bar, layOutBars, PEAK_OPACITY, type PictureOptions } from './bars.ts';
import type { Colour } from './colour.ts';
import type { WaveformPeaks } from './peaks.ts';

/**
 * Renders a waveform as an SVG document: mirrored bars with round caps, the root mean square darker inside the peaks.
 *
 * @throws RangeError when a size or a colour is out of range
 */
export function waveformSvg(peaks: WaveformPeaks, options: PictureOptions): string {
  const { widthPx, heightPx, foreground, background, bars } = layOutBars(peaks, options);
  const middle = heightPx / 2;
  const stroke = `fill="none" stroke-linecap="round" stroke-width="${2 * BAR_RADIUS_PX}" stroke="${hex(foreground)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}" role="img" aria-label="Waveform">`,
    `<rect width="100%" height="100%" fill="${hex(background)}" fill-opacity="${short(background.alpha / 255)}"/>`,
    `<path ${stroke} stroke-opacity="${short((PEAK_OPACITY * foreground.alpha) / 255)}" d="${lines(bars, middle, (bar) => bar.peakHalf)}"/>`,
    `<path ${stroke} stroke-opacity="${short(foreground.alpha / 255)}" d="${lines(bars, middle, (bar) => bar.rmsHalf)}"/>`,
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

const short = (value: number): string => String(Math.round(value * 100) / 100);

const hex = ({ red, green, blue }: Colour): string => `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
