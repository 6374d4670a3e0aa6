import { phaseFeatures, phasesPerBeat } from './beat-phase.ts';
import { trackBeats } from './beat-tracker.ts';
import { interpolated, parabolicOffset } from './interpolation.ts';
import { phaseWeights } from './phase-weights.ts';
import type { VoiceEnvelopes } from './pulse-curves.ts';
import { modelScore } from './scoring-model.ts';
import { refineTempo } from './tempo-refinement.ts';

export interface BeatGrid {
  /** Beats per minute, estimated from all beats. */
  readonly bpm: number;
  /** Seconds from the start, ascending. */
  readonly beats: readonly number[];
}

const minSteadiness = 0.6;
/** An onset is detected when its attack enters the analysis window, this long before the frame's centre. */
const onsetLeadSeconds = 0.004;

/**
 * Places the beats and refines the tempo.
 *
 * A steady piece gets an even grid, which bridges breaks and fills; a piece whose tempo varies gets the tracked beats. The phase
 * (beat or off-beat) is then classified from the features at each phase.
 *
 * @param bpm the tempo, accurate to 1 %
 */
export function placeBeats(envelopes: VoiceEnvelopes, frameRateHz: number, bpm: number): BeatGrid {
  const { frames, periodFrames } = pulseFrames(envelopes, frameRateHz, bpm);
  const scores = phaseFeatures(envelopes, frames).map((row) => modelScore(phaseWeights, row));
  const phase = scores.indexOf(Math.max(...scores)) / phasesPerBeat;
  const shifted = frames.map((frame, i) => frame + phase * ((frames[i + 1] ?? frame + periodFrames) - frame));
  const aligned = alignToOnsets(envelopes.total, [shifted[0]! - periodFrames, ...shifted], periodFrames);
  return {
    bpm: (60 * frameRateHz) / periodFrames,
    beats: beatsInside(aligned, audibleSpan(envelopes.total), periodFrames).map((frame) =>
      Math.max(0, frame / frameRateHz + onsetLeadSeconds),
    ),
  };
}

/** One frame position per beat, with an arbitrary phase. */
export function pulseFrames(envelopes: VoiceEnvelopes, frameRateHz: number, bpm: number): { frames: number[]; periodFrames: number } {
  const onsets = envelopes.total;
  const { periodFrames, steadiness } = refineTempo(onsets, frameRateHz, (60 * frameRateHz) / bpm);
  if (steadiness >= minSteadiness) {
    const first = bestGridStart(onsets, periodFrames);
    const count = Math.max(2, Math.floor((onsets.length - first) / periodFrames) + 1);
    return { frames: Array.from({ length: count }, (_, i) => first + i * periodFrames), periodFrames };
  }
  const tracked = trackBeats(onsets, periodFrames).map((frame) => frame + parabolicOffset(onsets, frame));
  if (tracked.length < 4) return { frames: [0, periodFrames], periodFrames };
  return { frames: tracked, periodFrames: medianInterval(tracked) };
}

/** The grid start in [0, period) with the largest sum of onset strength. */
function bestGridStart(onsets: Float32Array, periodFrames: number): number {
  let best = { start: 0, sum: -1 };
  for (let start = 0; start < periodFrames; start += 0.5) {
    let sum = 0;
    for (let frame = start; frame < onsets.length; frame += periodFrames) sum += interpolated(onsets, frame);
    if (sum > best.sum) best = { start, sum };
  }
  return best.start;
}

/** Shifts all beats by the same offset, at most a sixteenth of a beat, to maximise the onset strength. */
function alignToOnsets(onsets: Float32Array, frames: readonly number[], periodFrames: number): number[] {
  const reach = Math.min(periodFrames / 16, 4);
  let best = { move: 0, sum: -1 };
  for (let move = -reach; move <= reach; move += 0.25) {
    const sum = frames.reduce((total, frame) => total + interpolated(onsets, frame + move), 0);
    if (sum > best.sum) best = { move, sum };
  }
  return frames.map((frame) => frame + best.move);
}

function medianInterval(frames: readonly number[]): number {
  const steps = frames.slice(1).map((frame, i) => frame - frames[i]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1]!;
}

/** First and last frame with a clear onset. */
function audibleSpan(onsets: Float32Array): readonly [number, number] {
  const loud = (value: number) => value > 0.5;
  return [onsets.findIndex(loud), onsets.findLastIndex(loud)];
}

function beatsInside(frames: readonly number[], [first, last]: readonly [number, number], periodFrames: number): number[] {
  return frames.filter((frame) => frame >= first - periodFrames / 8 && frame <= last + periodFrames / 8);
}
