/** How far two tracks are apart: each distance from 0 to 1, and null where one of them lacks the value. */
import type { SimilarTrack } from '#contracts';
import { camelotOf, type KeyName, type Mode } from '#contracts/plain';

export interface Sound {
  readonly bpm: number | null;
  readonly key: KeyName | null;
  readonly mode: Mode | null;
  readonly loudnessLufs: number | null;
  readonly timbre: readonly number[] | null;
}

export type Distances = SimilarTrack['distances'];

const weights: Readonly<Record<keyof Distances, number>> = { tempo: 3, key: 2, loudness: 1, timbre: 4 };
/** Where a distance is 1. */
const farTempo = Math.log2(1.12);
const farLoudnessLu = 12;
const farTimbre = 4;
const keyStep = 0.2;
const otherMode = 0.1;

export const distancesBetween = (a: Sound, b: Sound): Distances => ({
  tempo: both(a.bpm, b.bpm, tempoDistance),
  key: both(camelotOf(a.key, a.mode), camelotOf(b.key, b.mode), keyDistance),
  loudness: both(a.loudnessLufs, b.loudnessLufs, (one, other) => Math.min(1, Math.abs(one - other) / farLoudnessLu)),
  timbre: both(a.timbre, b.timbre, timbreDistance),
});

/** @returns 1 minus the weighted mean of the distances that are known; 0 where none is */
export function similarityOf(distances: Distances): number {
  const known = (Object.keys(weights) as (keyof Distances)[]).filter((name) => distances[name] !== null);
  const total = known.reduce((sum, name) => sum + weights[name], 0);
  return total === 0 ? 0 : 1 - known.reduce((sum, name) => sum + weights[name] * distances[name]!, 0) / total;
}

const both = <T>(a: T | null, b: T | null, distance: (a: T, b: T) => number): number | null =>
  a === null || b === null ? null : distance(a, b);

/** Half and double of a tempo are the same pulse. */
export function tempoDistance(a: number, b: number): number {
  const octaves = Math.log2(a / b);
  return Math.min(1, Math.abs(octaves - Math.round(octaves)) / farTempo);
}

/** Steps on the circle of fifths; a key and its relative are neighbours. */
export function keyDistance(a: string, b: string): number {
  const apart = Math.abs(Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return Math.min(1, Math.min(apart, 12 - apart) * keyStep + (a.at(-1) === b.at(-1) ? 0 : otherMode));
}

function timbreDistance(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0);
  return Math.min(1, Math.sqrt(squares) / farTimbre);
}
