/** What a video shows and sounds like, concluded from the measures of its frames and its sound. */
import { bestMoments, type Moment } from './best-moments.ts';
import { type AnalysisCurves, curvesOf } from './curves.ts';
import { findScenes, type Scene, type Transition } from './find-scenes.ts';
import { blackShare, isBlurred, isFrozen, longest, type Span, spansOf } from './find-spans.ts';
import type { FrameMeter } from './frame-meter.ts';
import type { SoundMeasures } from './sound-meter.ts';

export interface Understanding {
  readonly transitions: readonly Transition[];
  readonly scenes: readonly Scene[];
  readonly black: readonly Span[];
  readonly frozen: readonly Span[];
  readonly blurred: readonly Span[];
  readonly silent: readonly Span[];
  /** Null without sound, or when all of it is below the gate of -70 LUFS. */
  readonly loudnessLufs: number | null;
  readonly curves: AnalysisCurves;
  readonly moments: readonly Moment[];
}

export const mostSpans = 500;
const leastSeconds = { black: 0.4, frozen: 1, blurred: 0.5 };
export const leastSilentSeconds = 0.5;

/** @param frameRate frames a second; of a variable rate the usual one */
export function understand(meter: FrameMeter, sound: SoundMeasures | null, frameRate: number): Understanding {
  const { series, samples } = meter;
  const times = series.timesWith(1 / frameRate);
  const endSeconds = times.length === 0 ? 0 : times.at(-1)! + 1 / frameRate;
  const [contrast, sharpness] = [series.of('contrast'), series.of('sharpness')];
  const cuts = meter.finishCuts();
  const found = findScenes({ times, endSeconds, brightness: series.of('brightness'), contrast, sharpness, cuts, samples });
  const still = series.of('still');
  const spans = (name: keyof typeof leastSeconds, holds: (frame: number) => boolean, parts?: (frame: number) => boolean) =>
    spansOf(times, endSeconds, holds, { leastSeconds: leastSeconds[name], most: mostSpans, ...(parts && { parts }) }).map(roundedSpan);
  const blackness = series.of('blackShare');
  const [black, frozen, blurred] = [
    spans('black', (frame) => blackness[frame]! >= blackShare),
    spans('frozen', isFrozen(still, blackness), (frame) => still[frame] === 0),
    spans('blurred', isBlurred(sharpness, contrast)),
  ];
  const durationSeconds = Math.max(endSeconds, sound?.seconds ?? 0);
  const curves = curvesOf(series, times, sound, durationSeconds);
  return {
    transitions: found.transitions.map(({ timeSeconds, type }) => ({ timeSeconds: milli(timeSeconds), type })),
    scenes: found.scenes.map((scene) => ({ ...scene, ...roundedSpan(scene), keyFrameSeconds: milli(scene.keyFrameSeconds) })),
    ...{ black, frozen, blurred, silent: longest(sound?.silent ?? [], mostSpans).map(roundedSpan) },
    loudnessLufs: sound?.loudnessLufs == null ? null : Math.round(10 * sound.loudnessLufs) / 10,
    curves,
    moments: bestMoments({ durationSeconds: endSeconds, curves, scenes: found.scenes, avoided: [...black, ...frozen, ...blurred] }),
  };
}

const milli = (seconds: number) => Math.round(1_000 * seconds) / 1_000;
const roundedSpan = ({ startSeconds, endSeconds }: Span): Span => ({ startSeconds: milli(startSeconds), endSeconds: milli(endSeconds) });
