import type { Stretch } from './sections.ts';

const decibelsPerUnit = 8;
const chromaWeight = 1;

/**
 * How much a piece changes at the start of each stretch: what is alike within the `reach` stretches before and within those after,
 * less what is alike across.
 *
 * @param reach stretches on either side
 * @returns shape [stretches.length], 0 … about 1; the first and last few are 0
 * @see Foote 2000, "Automatic audio segmentation using a measure of audio novelty": a checkerboard along the self-similarity matrix
 */
export function novelty(stretches: readonly Stretch[], reach: number): Float32Array {
  const out = new Float32Array(stretches.length);
  for (let at = 1; at < stretches.length; at++) {
    const before = Math.min(reach, at);
    const after = Math.min(reach, stretches.length - at);
    if (Math.min(before, after) < reach / 2) continue;
    out[at] = Math.max(0, checkerboard(stretches.slice(at - before, at), stretches.slice(at, at + after)));
  }
  return out;
}

function checkerboard(before: readonly Stretch[], after: readonly Stretch[]): number {
  return (meanLikeness(before, before) + meanLikeness(after, after)) / 2 - meanLikeness(before, after);
}

function meanLikeness(one: readonly Stretch[], other: readonly Stretch[]): number {
  let sum = 0;
  for (const a of one) for (const b of other) sum += likeness(a, b);
  return sum / (one.length * other.length);
}

/** 1 for the same sound, towards 0 for another: levels within a few dB, chords of the same tones. */
function likeness(a: Stretch, b: Stretch): number {
  let squares = 0;
  for (let i = 0; i < a.levelsDb.length; i++) squares += (a.levelsDb[i]! - b.levelsDb[i]!) ** 2;
  let tones = 0;
  for (let i = 0; i < 12; i++) tones += a.chroma[i]! * b.chroma[i]!;
  return Math.exp(-squares / a.levelsDb.length / (2 * decibelsPerUnit ** 2) - chromaWeight * (1 - tones) * 0.25);
}
