import { trackBeats } from './beats.ts';
import type { VoiceEnvelopes } from './pulse-curves.ts';
import { parabolicOffset } from './smoothing.ts';
import { fitSteadyGrid, median } from './steady-grid.ts';

export interface BeatGrid {
  /** Beats per minute, from all beats together. */
  readonly bpm: number;
  /** Seconds from the start, ascending. */
  readonly beats: readonly number[];
}

const steadyShare = 0.7;
/** A frame sees an onset when its attack enters the window: about this much before the window's centre reaches it. */
const earlySeconds = 0.004;

/**
 * Where the beats fall and how fast they really go.
 *
 * Tracked beats that lie on a line are replaced by that line: it bridges breaks and fills, and its slope is the tempo. Beats that
 * wander stay as they were tracked.
 *
 * @param bpm about the tempo, within a few percent
 */
export function layBeats(envelopes: VoiceEnvelopes, frameRateHz: number, bpm: number): BeatGrid {
  const strength = envelopes.total.map((value, i) => value + envelopes.low[i]!);
  const period = (60 * frameRateHz) / bpm;
  const tracked = trackBeats(strength, period);
  const heard = within(
    tracked.map((frame) => frame + parabolicOffset(strength, frame)),
    audibleSpan(strength),
    period,
  );
  const line = fitSteadyGrid(heard, period);
  const steady = line !== null && line.share >= steadyShare && Math.abs(line.period / period - 1) < 0.05;
  const frames = steady ? along(line.first, line.period, audibleSpan(strength)) : heard;
  const periodFrames = steady ? line.period : (median(heard.slice(1).map((frame, i) => frame - heard[i]!)) ?? period);
  return {
    bpm: (60 * frameRateHz) / periodFrames,
    beats: frames.map((frame) => Math.max(0, frame / frameRateHz + earlySeconds)),
  };
}

/** First and last frame with an onset worth a beat. */
function audibleSpan(strength: Float32Array): readonly [number, number] {
  const least = 0.5;
  const first = strength.findIndex((value) => value > least);
  const last = strength.findLastIndex((value) => value > least);
  return [first, last];
}

function within(frames: readonly number[], [first, last]: readonly [number, number], period: number): number[] {
  return frames.filter((frame) => frame >= first - period / 4 && frame <= last + period / 4);
}

function along(first: number, period: number, [from, to]: readonly [number, number]): number[] {
  const start = Math.ceil((from - period / 4 - first) / period);
  const end = Math.floor((to + period / 4 - first) / period);
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, i) => first + (start + i) * period);
}
