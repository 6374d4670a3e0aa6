/** Describes beats by a few anchors: from each anchor on, beats follow at a steady tempo. DJ programs know grids in this form only. */
import type { BeatAnchor } from '#contracts';

export const maxAnchors = 1_000;
const beatsPerBar = 4;
/** Largest distance of a beat from the grid: less than what dancers hear, more than the jitter of a beat tracker. */
const toleranceSeconds = 0.02;

/**
 * @param beats in seconds, ascending
 * @returns at most {@link maxAnchors}, empty for fewer than two beats; the first beat counts as the first of a bar
 */
export function beatAnchors(beats: readonly number[]): BeatAnchor[] {
  for (let tolerance = toleranceSeconds; ; tolerance *= 2) {
    const anchors = anchorsWithin(beats, tolerance);
    if (anchors) return anchors;
  }
}

function anchorsWithin(beats: readonly number[], tolerance: number): BeatAnchor[] | undefined {
  const anchors: BeatAnchor[] = [];
  const line = new LineFitter(beats);
  for (let first = 0; first < beats.length - 1; ) {
    if (anchors.length === maxAnchors) return undefined;
    const last = furthest(line, first, beats.length - 1, tolerance);
    const { start, step } = line.fit(first, last);
    anchors.push({ timeSeconds: Math.max(0, start), bpm: 60 / step, beat: (first % beatsPerBar) + 1 });
    first = last + 1;
  }
  return anchors;
}

/** The last beat up to which one steady tempo describes all beats from `first`: doubles the stretch, then halves the last step. */
function furthest(line: LineFitter, first: number, end: number, tolerance: number): number {
  let good = first + 1;
  let step = 1;
  while (good + step <= end && line.isWithin(first, good + step, tolerance)) {
    good += step;
    step *= 2;
  }
  for (; step >= 1; step = Math.floor(step / 2)) if (good + step <= end && line.isWithin(first, good + step, tolerance)) good += step;
  return good;
}

/** Least squares over stretches of the beats, from running sums. */
class LineFitter {
  readonly #beats: readonly number[];
  readonly #sums: Float64Array;
  readonly #products: Float64Array;

  constructor(beats: readonly number[]) {
    this.#beats = beats;
    this.#sums = new Float64Array(beats.length + 1);
    this.#products = new Float64Array(beats.length + 1);
    for (const [at, time] of beats.entries()) {
      this.#sums[at + 1] = this.#sums[at]! + time;
      this.#products[at + 1] = this.#products[at]! + at * time;
    }
  }

  /** The steady beat nearest to beats `first` to `last`; at least two. */
  fit(first: number, last: number): { readonly start: number; readonly step: number } {
    const count = last - first + 1;
    const sum = this.#sums[last + 1]! - this.#sums[first]!;
    const product = this.#products[last + 1]! - this.#products[first]! - first * sum;
    const middle = (count - 1) / 2;
    const step = (product - middle * sum) / ((count * (count * count - 1)) / 12);
    return { start: sum / count - middle * step, step };
  }

  isWithin(first: number, last: number, tolerance: number): boolean {
    const { start, step } = this.fit(first, last);
    for (let at = first; at <= last; at++) if (Math.abs(this.#beats[at]! - start - (at - first) * step) > tolerance) return false;
    return true;
  }
}

/** The beats that follow from anchors. @returns at most 400,000: six hours at 999 BPM */
export function beatsOf(anchors: readonly BeatAnchor[], durationSeconds: number): number[] {
  const beats: number[] = [];
  for (const [at, { timeSeconds, bpm }] of anchors.entries()) {
    const end = Math.min(durationSeconds, anchors[at + 1]?.timeSeconds ?? durationSeconds);
    for (let time = timeSeconds; time < end && beats.length < maxBeats; time += 60 / bpm) beats.push(time);
  }
  return beats;
}

const maxBeats = 400_000;

/** Factors between readings of one pulse. */
const factors = [1 / 3, 1 / 2, 2, 3];
const sameReading = 0.03;

/**
 * The grid after the tempo was corrected without a grid: another reading of the same pulse keeps the beats where they are, any other tempo is steady from
 * the first beat on.
 *
 * @param from tempo of the anchors @param to corrected tempo
 */
export function atTempo(anchors: readonly BeatAnchor[], from: number, to: number): readonly BeatAnchor[] {
  const [first] = anchors;
  if (!first || from === to) return anchors;
  const factor = factors.find((one) => Math.abs(to / from / one - 1) < sameReading);
  return factor ? anchors.map((anchor) => ({ ...anchor, bpm: anchor.bpm * factor })) : [{ ...first, bpm: to }];
}
