import { Autocorrelation } from './autocorrelation.ts';
import type { FeatureRows } from './feature-rows.ts';
import { onsetEnvelope } from './onset-envelope.ts';

/** What repeats, and after how long: one curve per part of the sound, each over lags 0 … `maxLag` frames. */
export interface PulseCurves {
  readonly frameRateHz: number;
  readonly durationSeconds: number;
  /** Curves in the order of `voices`; 1 at lag 0, less where there are hardly any onsets (the cross curve: 1 where low and high would be one), 0 for a silent voice. */
  readonly curves: readonly Float32Array[];
  /** Onsets per second that stand out. */
  readonly onsetsPerSecond: number;
}

/** Everything; kick and bass; body; attack; hats; everything but the kick; and how the kick answers to the rest. */
export const voices = ['total', 'low', 'body', 'attack', 'hats', 'rest', 'cross'] as const;
export type Voice = (typeof voices)[number];

const longestSeconds = 7.2;

/** Onset strength of the voices that the curves and the beats are made of, each shape [frames]. */
export interface VoiceEnvelopes {
  readonly total: Float32Array;
  readonly low: Float32Array;
  readonly rest: Float32Array;
  readonly groups: readonly Float32Array[];
}

/** @param rises shape [frames][4], lowest group first; empty afterwards, since of a long piece they are much */
export function voiceEnvelopes(rises: FeatureRows, frameRateHz: number): VoiceEnvelopes {
  const groups = rises.takeColumns();
  const rest = sumOf(groups.slice(1));
  const total = sumOf([groups[0]!, rest]);
  const envelopes = groups.map((group) => onsetEnvelope(group, frameRateHz, 0.35));
  return {
    total: onsetEnvelope(total, frameRateHz, 1),
    low: envelopes[0]!,
    rest: onsetEnvelope(rest, frameRateHz, 1),
    groups: envelopes,
  };
}

/** Correlates every voice with itself, and the low one with the rest (from the correlation of their sum, which is symmetric in lag). */
export function pulseCurves(envelopes: VoiceEnvelopes, frameRateHz: number): PulseCurves {
  const maxLag = Math.ceil(longestSeconds * frameRateHz);
  const correlation = new Autocorrelation();
  const own = [envelopes.total, ...envelopes.groups, envelopes.rest].map((curve) => correlation.average(curve, maxLag));
  const [low, rest] = [own[1]!, own[5]!];
  const both = correlation.average(sumOf([envelopes.low, envelopes.rest]), maxLag);
  const scale = 1 / Math.max(0.2, 2 * Math.sqrt(low[0]! * rest[0]!));
  const cross = both.map((value, lag) => (value - low[lag]! - rest[lag]!) * scale);
  const durationSeconds = envelopes.total.length / frameRateHz;
  return {
    frameRateHz,
    durationSeconds,
    curves: [...own.map(normalized), cross],
    onsetsPerSecond: onsetDensity(envelopes.total, frameRateHz),
  };
}

function sumOf(curves: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(curves[0]!.length);
  for (const curve of curves) for (let i = 0; i < sum.length; i++) sum[i]! += curve[i]!;
  return sum;
}

function normalized(curve: Float32Array): Float32Array {
  const scale = 1 / Math.max(curve[0]!, 0.2); // below, there are too few onsets for their likeness to mean anything
  return curve.map((value) => value * scale);
}

function onsetDensity(onsets: Float32Array, frameRateHz: number): number {
  let peaks = 0;
  for (let i = 1; i + 1 < onsets.length; i++) {
    if (onsets[i]! > 1 && onsets[i]! > onsets[i - 1]! && onsets[i]! >= onsets[i + 1]!) peaks++;
  }
  return (peaks * frameRateHz) / Math.max(1, onsets.length);
}
