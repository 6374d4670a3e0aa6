/** What a picture of a waveform can show beside it: beats, cues, and an axis of time. */
import { PITCH_PX } from './bars.ts';

export interface MarkedTimes {
  readonly durationSeconds: number;
  /** Seconds, ascending. */
  readonly beats: readonly number[];
  readonly cues: readonly number[];
  readonly hasTimeAxis: boolean;
}

/** A vertical line one pixel wide. */
export interface MarkLine {
  readonly x: number;
  readonly topPx: number;
  readonly bottomPx: number;
  /** In [0, 1], of the foreground. */
  readonly opacity: number;
}

export interface MarkLabel {
  readonly x: number;
  /** Digits and colons. */
  readonly text: string;
}

export interface MarkLayout {
  readonly lines: readonly MarkLine[];
  readonly labels: readonly MarkLabel[];
}

const beatOpacity = 0.2;
const tickOpacity = 0.7;
const tickPx = 6;
const minBeatDistancePx = 6;
const minLabelDistancePx = 60;
/** Seconds between ticks; the recordings that are taken last six hours at most. */
const intervals = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400];

/** Places the marks over the bars of the same size. Of beats too close to each other every fourth, sixteenth … is shown. */
export function layOutMarks(
  times: MarkedTimes,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): MarkLayout {
  const { durationSeconds, beats, cues, hasTimeAxis } = times;
  if (!(durationSeconds > 0)) return { lines: [], labels: [] };
  const barsPx = Math.floor(widthPx / PITCH_PX) * PITCH_PX;
  const xOf = (seconds: number) => (widthPx - barsPx) / 2 + (Math.min(seconds, durationSeconds) / durationSeconds) * barsPx;
  const full = (opacity: number) => (seconds: number) => ({ x: xOf(seconds), topPx: 0, bottomPx: heightPx, opacity });
  const ticks = hasTimeAxis ? ticksOf(durationSeconds, barsPx) : [];
  const tick = (seconds: number) => ({ x: xOf(seconds), topPx: heightPx - tickPx, bottomPx: heightPx, opacity: tickOpacity });
  return {
    lines: [...thinned(beats, barsPx).map(full(beatOpacity)), ...cues.map(full(1)), ...ticks.map(tick)],
    labels: ticks.map((seconds) => ({ x: xOf(seconds) + 2, text: clock(seconds) })),
  };
}

function thinned(beats: readonly number[], barsPx: number): readonly number[] {
  let step = 1;
  while (beats.length / step > barsPx / minBeatDistancePx) step *= 4;
  return step === 1 ? beats : beats.filter((_, at) => at % step === 0);
}

function ticksOf(durationSeconds: number, barsPx: number): number[] {
  const interval = intervals.find((seconds) => (seconds / durationSeconds) * barsPx >= minLabelDistancePx) ?? intervals.at(-1)!;
  return Array.from({ length: Math.ceil(durationSeconds / interval) }, (_, at) => at * interval);
}

/** `0:05`, `12:30`, `1:02:03`. */
function clock(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Digits and the colon as rows of three pixels, the highest bit on the left. */
const glyphs: Readonly<Record<string, readonly number[]>> = {
  ...{ 0: [7, 5, 5, 5, 7], 1: [2, 6, 2, 2, 7], 2: [7, 1, 7, 4, 7], 3: [7, 1, 7, 1, 7], 4: [5, 5, 7, 1, 1] },
  ...{ 5: [7, 4, 7, 1, 7], 6: [7, 4, 7, 5, 7], 7: [7, 1, 1, 1, 1], 8: [7, 5, 7, 5, 7], 9: [7, 5, 7, 1, 7], ':': [0, 2, 0, 2, 0] },
};
export const labelHeightPx = 5;
const glyphPitchPx = 4;

/** Calls `paint` for each pixel of a label whose top left corner is at (0, 0). */
export function drawLabel(text: string, paint: (x: number, y: number) => void): void {
  for (const [at, character] of [...text].entries())
    for (const [y, row] of (glyphs[character] ?? []).entries())
      for (let x = 0; x < 3; x++) if (row & (4 >> x)) paint(at * glyphPitchPx + x, y);
}
