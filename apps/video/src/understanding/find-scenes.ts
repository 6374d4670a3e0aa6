/** Puts cuts, fades and dissolves together to the transitions and scenes of a video. */
import { findDissolves } from './find-dissolves.ts';
import { type Curves, type Fade, findFades } from './find-fades.ts';
import type { PictureSamples } from './picture-samples.ts';

export interface Transition {
  readonly timeSeconds: number;
  readonly type: 'cut' | 'fade';
}

export interface Scene {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** How it begins; `start` is the beginning of the video. */
  readonly begins: 'start' | 'cut' | 'fade';
  /** Time of the frame that stands for it. */
  readonly keyFrameSeconds: number;
}

export interface SceneInput extends Curves {
  readonly sharpness: Float32Array;
  readonly endSeconds: number;
  /** Frames, from `FrameMeter.finishCuts`. */
  readonly cuts: readonly number[];
  readonly samples: PictureSamples;
}

interface Step {
  readonly frame: number;
  readonly type: 'cut' | 'fade';
  /** A fade from or to black at an end of the video parts no scenes. */
  readonly parts: boolean;
}

/** At most so many scenes are kept, so that an answer stays small: one every two seconds for almost three hours. */
export const mostScenes = 5_000;

export function findScenes(input: SceneInput): { readonly transitions: Transition[]; readonly scenes: Scene[] } {
  const steps = stepsOf(input).slice(0, mostScenes - 1);
  const transitions = steps.map(({ frame, type }) => ({ timeSeconds: timeOf(input, frame), type }));
  const starts = [{ frame: 0, type: 'start' as const }, ...steps.filter(({ parts, frame }) => parts && frame > 0)];
  const scenes = starts.map(({ frame, type }, index) => {
    const next = starts[index + 1]?.frame ?? input.times.length;
    const range = { first: frame, last: Math.max(frame, next - 1) };
    return {
      startSeconds: timeOf(input, frame),
      endSeconds: timeOf(input, next),
      begins: type,
      keyFrameSeconds: timeOf(input, keyFrame(input, range)),
    };
  });
  return { transitions, scenes: input.times.length === 0 ? [] : scenes };
}

const timeOf = ({ times, endSeconds }: SceneInput, frame: number): number =>
  frame < times.length ? times[frame]! : Math.max(endSeconds, times.at(-1) ?? 0);

function stepsOf(input: SceneInput): Step[] {
  const fades = findFades(input);
  const cuts = input.cuts.filter((cut) => !fades.some((fade) => isWithin(fade, cut)));
  const dissolves = dissolvesOf(input, cuts, fades);
  const last = input.times.length - 1;
  return [
    ...cuts.map((frame): Step => ({ frame, type: 'cut', parts: true })),
    ...fades.map(
      (fade): Step => ({ frame: frameOf(fade), type: 'fade', parts: fade.first > 0 && !isEnd(fade, last) && !isBeginning(fade, input) }),
    ),
    ...dissolves.map((frame): Step => ({ frame, type: 'fade', parts: true })),
  ].sort((a, b) => a.frame - b.frame);
}

/** A hard cut to or from the even picture belongs to the fade on its other side. */
const isWithin = ({ first, last, fadesIn, fadesOut }: Fade, cut: number): boolean =>
  cut >= first - (fadesOut ? 0 : 1) && cut <= last + (fadesIn ? 0 : 1);

const isEnd = ({ fadesIn, boundary }: Fade, last: number) => !fadesIn && boundary > last;
const isBeginning = ({ fadesOut, boundary }: Fade, { times }: Curves) => !fadesOut && times[boundary]! < 2 && boundary === 0;

/** Fades at the ends of the video lie in the middle of their ramp. */
const frameOf = ({ first, last, boundary, fadesOut, fadesIn }: Fade): number =>
  fadesOut && fadesIn ? boundary : first === 0 || !fadesIn ? Math.min(boundary, Math.max(first, last)) : boundary;

/** Dissolves by the frame in their middle. */
function dissolvesOf({ samples }: SceneInput, cuts: readonly number[], fades: readonly Fade[]): number[] {
  const { stepFrames } = samples;
  const isBroken = (first: number, last: number) => {
    const [from, to] = [first * stepFrames, last * stepFrames];
    return cuts.some((cut) => cut > from && cut <= to) || fades.some((fade) => fade.first <= to && fade.last >= from);
  };
  return findDissolves(samples, isBroken).map(({ first, last }) => Math.round(((first + last) / 2) * stepFrames));
}

/** The sharpest frame of the middle half that has contrast. */
function keyFrame({ sharpness, contrast }: SceneInput, { first, last }: { readonly first: number; readonly last: number }): number {
  const quarter = Math.floor((last - first) / 4);
  let best = Math.floor((first + last) / 2);
  const score = (frame: number) => Math.sqrt(sharpness[frame]!) + contrast[frame]!;
  for (let frame = first + quarter; frame <= last - quarter; frame++) if (score(frame) > 1.1 * score(best)) best = frame;
  return best;
}
