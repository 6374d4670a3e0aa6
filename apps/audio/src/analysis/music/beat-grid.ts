import { phaseFeatures, phasesPerBeat } from './beat-phase.ts';
import { trackBeats } from './beats.ts';
import { metreScore } from './metre-model.ts';
import { phaseWeights } from './phase-weights.ts';
import type { VoiceEnvelopes } from './pulse-curves.ts';
import { interpolated, parabolicOffset } from './smoothing.ts';
import { refineTempo } from './steady-tempo.ts';

export interface BeatGrid {
  /** Beats per minute, from all beats together. */
  readonly bpm: number;
  /** Seconds from the start, ascending. */
  readonly beats: readonly number[];
}

const leastSteadiness = 0.6;
/** An onset shows when its attack enters the window: this much before the frame's centre reaches it. */
const earlySeconds = 0.004;

/**
 * Where the beats fall and how fast they really go.
 *
 * A steady piece gets an even grid, which bridges breaks and fills; one that wanders gets the beats as they were tracked. Which
 * place in the beat is the beat (and not the off-beat) is then judged from what sounds there.
 *
 * @param bpm the tempo within a percent
 */
export function layBeats(envelopes: VoiceEnvelopes, frameRateHz: number, bpm: number): BeatGrid {
  const { frames, periodFrames } = pulseFrames(envelopes, frameRateHz, bpm);
  const scores = phaseFeatures(envelopes, frames).map((row) => metreScore(phaseWeights, row));
  const phase = scores.indexOf(Math.max(...scores)) / phasesPerBeat;
  const shifted = frames.map((frame, i) => frame + phase * ((frames[i + 1] ?? frame + periodFrames) - frame));
  const settled = settle(envelopes.total, [shifted[0]! - periodFrames, ...shifted], periodFrames);
  return {
    bpm: (60 * frameRateHz) / periodFrames,
    beats: within(settled, audibleSpan(envelopes.total), periodFrames).map((frame) => Math.max(0, frame / frameRateHz + earlySeconds)),
  };
}

/** Evenly spaced places, one per beat, in no particular place of the beat yet. */
export function pulseFrames(envelopes: VoiceEnvelopes, frameRateHz: number, bpm: number): { frames: number[]; periodFrames: number } {
  const onsets = envelopes.total;
  const { periodFrames, steadiness } = refineTempo(onsets, frameRateHz, (60 * frameRateHz) / bpm);
  if (steadiness >= leastSteadiness) {
    const first = strongestStart(onsets, periodFrames);
    const count = Math.max(2, Math.floor((onsets.length - first) / periodFrames) + 1);
    return { frames: Array.from({ length: count }, (_, i) => first + i * periodFrames), periodFrames };
  }
  const tracked = trackBeats(onsets, periodFrames).map((frame) => frame + parabolicOffset(onsets, frame));
  if (tracked.length < 4) return { frames: [0, periodFrames], periodFrames };
  return { frames: tracked, periodFrames: medianStep(tracked) };
}

/** The start in [0, period) whose grid gathers the most onsets. */
function strongestStart(onsets: Float32Array, periodFrames: number): number {
  let best = { start: 0, sum: -1 };
  for (let start = 0; start < periodFrames; start += 0.5) {
    let sum = 0;
    for (let frame = start; frame < onsets.length; frame += periodFrames) sum += interpolated(onsets, frame);
    if (sum > best.sum) best = { start, sum };
  }
  return best.start;
}

/** Moves all beats together, by a sixteenth of a beat at most, to where the onsets are strongest. */
function settle(onsets: Float32Array, frames: readonly number[], periodFrames: number): number[] {
  const reach = Math.min(periodFrames / 16, 4);
  let best = { move: 0, sum: -1 };
  for (let move = -reach; move <= reach; move += 0.25) {
    const sum = frames.reduce((total, frame) => total + interpolated(onsets, frame + move), 0);
    if (sum > best.sum) best = { move, sum };
  }
  return frames.map((frame) => frame + best.move);
}

function medianStep(frames: readonly number[]): number {
  const steps = frames.slice(1).map((frame, i) => frame - frames[i]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1]!;
}

/** First and last frame with an onset worth a beat. */
function audibleSpan(onsets: Float32Array): readonly [number, number] {
  const loud = (value: number) => value > 0.5;
  return [onsets.findIndex(loud), onsets.findLastIndex(loud)];
}

function within(frames: readonly number[], [first, last]: readonly [number, number], periodFrames: number): number[] {
  return frames.filter((frame) => frame >= first - periodFrames / 8 && frame <= last + periodFrames / 8);
}
