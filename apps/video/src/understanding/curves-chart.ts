/** Draws the curves of a video as an SVG document: three rows over one axis of time, with a line at each new scene. */
import type { AnalysisCurves } from './curves.ts';
import type { Scene } from './find-scenes.ts';

interface ChartSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Row {
  readonly title: string;
  readonly colour: string;
  /** In [0, 1], null where there is no value. */
  readonly shares: readonly (number | null)[];
}

const margin = { left: 12, right: 12, top: 8, bottom: 22 };
const titlePx = 14;
const quietestLufs = -70;

export function curvesChart(
  curves: AnalysisCurves,
  scenes: readonly Pick<Scene, 'startSeconds'>[],
  { widthPx, heightPx }: ChartSize,
): string {
  const rows = rowsOf(curves);
  const inner = { width: widthPx - margin.left - margin.right, height: (heightPx - margin.top - margin.bottom) / rows.length };
  const points = curves.motion.length;
  const xOf = (seconds: number) => margin.left + (inner.width * seconds) / (points * curves.stepSeconds);
  const cuts = scenes.slice(1).map(({ startSeconds }) => `M${short(xOf(startSeconds))} ${margin.top}V${heightPx - margin.bottom}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}" role="img" aria-label="Motion, brightness and loudness over time" font-family="sans-serif" font-size="11">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<path d="${cuts.join('')}" stroke="#d0d0d0" fill="none"/>`,
    ...rows.flatMap((row, index) => rowLines(row, margin.top + index * inner.height, inner, curves.stepSeconds, xOf)),
    ...timeAxis(points * curves.stepSeconds, heightPx, xOf),
    '</svg>\n',
  ].join('\n');
}

function rowsOf({ motion, brightness, loudness }: AnalysisCurves): Row[] {
  const most = Math.max(0.02, ...motion);
  return [
    { title: 'Motion', colour: '#1f6fb2', shares: motion.map((value) => value / most) },
    { title: 'Brightness', colour: '#b07a00', shares: brightness },
    {
      title: 'Loudness',
      colour: '#2d7d46',
      shares: loudness.map((value) => (value === null ? null : 1 - Math.min(0, value) / quietestLufs)),
    },
  ];
}

function rowLines(
  { title, colour, shares }: Row,
  top: number,
  inner: { readonly width: number; readonly height: number },
  stepSeconds: number,
  xOf: (seconds: number) => number,
): string[] {
  const plotTop = top + titlePx;
  const bottom = top + inner.height - 4;
  let isDrawing = false;
  const path = shares.map((share, index) => {
    const command =
      share === null
        ? ''
        : `${isDrawing ? 'L' : 'M'}${short(xOf((index + 0.5) * stepSeconds))} ${short(bottom - Math.min(1, share) * (bottom - plotTop))}`;
    isDrawing = share !== null;
    return command;
  });
  return [
    `<text x="${margin.left}" y="${short(top + 11)}" fill="#444444">${title}</text>`,
    `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`,
    `<path d="M${margin.left} ${short(bottom)}h${short(inner.width)}" stroke="#bbbbbb"/>`,
  ];
}

/** Five times from the beginning to the end. */
const timeAxis = (seconds: number, heightPx: number, xOf: (seconds: number) => number): string[] =>
  [0, 0.25, 0.5, 0.75, 1].map((share, index) => {
    const anchor = index === 0 ? 'start' : index === 4 ? 'end' : 'middle';
    return `<text x="${short(xOf(share * seconds))}" y="${heightPx - 6}" fill="#444444" text-anchor="${anchor}">${clock(share * seconds)}</text>`;
  });

/** `1:02:03`, `2:03`, or `2.5` below ten seconds. */
function clock(seconds: number): string {
  if (seconds < 10) return String(Math.round(10 * seconds) / 10);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const padded = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}

const short = (value: number): string => String(Math.round(100 * value) / 100);
