/** Finds fades through black, white or any even colour: contrast falls steadily to nothing, or rises from it. */

export interface Curves {
  /** Seconds from the beginning, never falling. */
  readonly times: Float64Array;
  readonly brightness: Float32Array;
  readonly contrast: Float32Array;
}

/** Frames of one transition. */
export interface Fade {
  /** Frame with which the picture begins to change, and the last one that still changes. */
  readonly first: number;
  readonly last: number;
  /** Frame at which the new scene begins. */
  readonly boundary: number;
  /** The old scene fades out, the new one fades in; a hard cut on the other side belongs to the fade. */
  readonly fadesOut: boolean;
  readonly fadesIn: boolean;
}

/** Standard deviation of luma below which a picture is even. */
const evenContrast = 4;
/** A ramp is at least this long between 10 % and 90 % and not longer than the other. */
const shortestSeconds = 0.11;
const longestSeconds = 4;
/** A scene with less contrast has nothing to fade. */
const leastContrast = 9;
/** Contrast may fall back by this share of its peak on its way, as when something moves. */
const slack = 0.06;
/** One step of a ramp is at most this share of it; else it is a cut. */
const largestStep = 0.55;
/** An even picture that stays longer than this between two scenes parts two transitions. */
const longestEvenSeconds = 2;

/** In order of time; each is found once. */
export function findFades(curves: Curves): Fade[] {
  return evenRuns(curves).flatMap(([from, to]) => {
    const out = rampEnd(curves, from, -1);
    const into = rampEnd(curves, to, 1);
    if (out === undefined && into === undefined) return [];
    const seconds = curves.times[to]! - curves.times[from]!;
    if (seconds > longestEvenSeconds)
      return [
        ...(out === undefined ? [] : [{ first: out, last: from, boundary: from, fadesOut: true, fadesIn: false }]),
        ...(into === undefined ? [] : [{ first: to, last: into, boundary: to, fadesOut: false, fadesIn: true }]),
      ];
    return [{ ...join(from, to, out, into), fadesOut: out !== undefined, fadesIn: into !== undefined }];
  });
}

function join(from: number, to: number, out: number | undefined, into: number | undefined) {
  const middle = Math.round((from + to) / 2);
  return {
    first: out ?? from,
    last: into ?? to,
    boundary: out === undefined ? from : into === undefined ? to + 1 : middle,
  };
}

/** Runs of even frames, or the lowest frame of a deep dip in contrast. */
function evenRuns({ contrast }: Curves): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (let at = 0; at < contrast.length; at++) {
    if (contrast[at]! > evenContrast) continue;
    const last = runs.at(-1);
    if (last && last[1] === at - 1) last[1] = at;
    else runs.push([at, at]);
  }
  return runs;
}

/** @returns the frame at which the ramp from `start` reaches its height; undefined when there is none */
function rampEnd(curves: Curves, start: number, step: 1 | -1): number | undefined {
  const { times, contrast } = curves;
  let [peak, at] = [start, start];
  for (let next = start + step; next >= 0 && next < contrast.length; next += step) {
    if (Math.abs(times[next]! - times[start]!) > longestSeconds) break;
    if (contrast[next]! < contrast[peak]! * (1 - slack) - 0.5) break;
    if (contrast[next]! > contrast[peak]!) peak = next;
    at = next;
  }
  const height = contrast[peak]!;
  if (at === start || height < leastContrast) return undefined;
  const [low, high] = [crossing(contrast, start, step, 0.1 * height), crossing(contrast, start, step, 0.9 * height)];
  const isLongEnough = Math.abs(times[high]! - times[low]!) >= shortestSeconds && Math.abs(high - low) >= 2;
  return isLongEnough && isSteady(curves, start, high, step) ? high : undefined;
}

function crossing(contrast: Float32Array, start: number, step: number, level: number): number {
  let at = start;
  while (contrast[at]! < level) at += step;
  return at;
}

/** No step is a cut, and brightness moves with contrast, as it does when a picture is mixed with an even one. */
function isSteady({ brightness, contrast }: Curves, start: number, end: number, step: number): boolean {
  const height = contrast[end]! - contrast[start]!;
  const shift = brightness[end]! - brightness[start]!;
  for (let at = start; at !== end; at += step) {
    const rise = (contrast[at + step]! - contrast[at]!) / height;
    if (rise > largestStep) return false;
    if (Math.abs(shift) < 12) continue;
    const mixed = (contrast[at]! - contrast[start]!) / height;
    if (Math.abs((brightness[at]! - brightness[start]!) / shift - mixed) > 0.3) return false;
  }
  return true;
}
