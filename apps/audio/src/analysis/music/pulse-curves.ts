import { Autocorrelation } from './autocorrelation.ts';
import type { FeatureRows } from './feature-rows.ts';
import { onsetEnvelope } from './onset-envelope.ts';

/** Autocorrelation of the onset envelope per voice, each over lags 0 … `maxLag` frames. */
export interface PulseCurves {
  readonly frameRateHz: number;
  readonly durationSeconds: number;
  /** Curves in the order of `voices`; 1 at lag 0, less with few onsets (cross-correlation: 1 for identical voices), 0 for a silent voice. */
  readonly curves: readonly Float32Array[];
  /** Clear onsets per second. */
  readonly onsetsPerSecond: number;
}

/** Full mix; kick and bass; body; attack; hats; full mix without the low band; cross-correlation of low band and rest. */
export const voices = ['total', 'low', 'body', 'attack', 'hats', 'rest', 'cross'] as const;
export type Voice = (typeof voices)[number];

const maxLagSeconds = 7.2;

/** Onset strength per voice, each shape [frames]. */
export interface VoiceEnvelopes {
  readonly total: Float32Array;
  readonly low: Float32Array;
  readonly rest: Float32Array;
  readonly groups: readonly Float32Array[];
}

/** @param rises shape [frames][4], lowest group first; cleared to free memory */
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

/** Autocorrelation of every voice, and cross-correlation of low and rest (from the autocorrelation of their sum, symmetric in lag). */
export function pulseCurves(envelopes: VoiceEnvelopes, frameRateHz: number): PulseCurves {
  const maxLag = Math.ceil(maxLagSeconds * frameRateHz);
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
  const scale = 1 / Math.max(curve[0]!, 0.2); // lower values mean too few onsets for a reliable estimate
  return curve.map((value) => value * scale);
}

function onsetDensity(onsets: Float32Array, frameRateHz: number): number {
  let peaks = 0;
  for (let i = 1; i + 1 < onsets.length; i++) {
    if (onsets[i]! > 1 && onsets[i]! > onsets[i - 1]! && onsets[i]! >= onsets[i + 1]!) peaks++;
  }
  return (peaks * frameRateHz) / Math.max(1, onsets.length);
}
