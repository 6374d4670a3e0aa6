import type { Segment } from './segments.ts';

const decibelsPerUnit = 8;
const chromaWeight = 1;

/**
 * Novelty at the start of each segment: mean similarity within the `reach` segments before and within those after,
 * minus the similarity across.
 *
 * @param reach segments on either side
 * @returns shape [segments.length], 0 … about 1; the first and last few are 0
 * @see Foote 2000, "Automatic audio segmentation using a measure of audio novelty": a checkerboard kernel along the self-similarity matrix
 */
export function novelty(segments: readonly Segment[], reach: number): Float32Array {
  const out = new Float32Array(segments.length);
  for (let at = 1; at < segments.length; at++) {
    const before = Math.min(reach, at);
    const after = Math.min(reach, segments.length - at);
    if (Math.min(before, after) < reach / 2) continue;
    out[at] = Math.max(0, checkerboard(segments.slice(at - before, at), segments.slice(at, at + after)));
  }
  return out;
}

function checkerboard(before: readonly Segment[], after: readonly Segment[]): number {
  return (meanSimilarity(before, before) + meanSimilarity(after, after)) / 2 - meanSimilarity(before, after);
}

function meanSimilarity(one: readonly Segment[], other: readonly Segment[]): number {
  let sum = 0;
  for (const a of one) for (const b of other) sum += similarity(a, b);
  return sum / (one.length * other.length);
}

/** Similarity of band levels and chroma, 1 for equal segments, towards 0 for different ones. */
function similarity(a: Segment, b: Segment): number {
  let squares = 0;
  for (let i = 0; i < a.levelsDb.length; i++) squares += (a.levelsDb[i]! - b.levelsDb[i]!) ** 2;
  let tones = 0;
  for (let i = 0; i < 12; i++) tones += a.chroma[i]! * b.chroma[i]!;
  return Math.exp(-squares / a.levelsDb.length / (2 * decibelsPerUnit ** 2) - chromaWeight * (1 - tones) * 0.25);
}
