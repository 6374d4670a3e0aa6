/**
 * Vectors rounded to 8-bit numbers: SIMD code compares them four times as fast as 32-bit ones. What they find are candidates; how far a rounded
 * similarity may be from the true one is bounded, so that a search can tell whether a candidate may be missing.
 */

export interface RoundedVectors {
  /** One vector after the other, -127 to 127. */
  readonly bytes: Int8Array<SharedArrayBuffer>;
  /** What one step of `bytes` stands for. */
  readonly step: number;
  /** The length of the longest vector. */
  readonly longest: number;
  /** The greatest distance between a vector and what it is rounded to. */
  readonly farthest: number;
}

/** @param vectors one after the other, `dimension` numbers each */
export function roundVectors(vectors: Float32Array, dimension: number): RoundedVectors {
  const step = greatest(vectors) / 127 || 1;
  const bytes = new Int8Array(new SharedArrayBuffer(vectors.length));
  let [longest, farthest] = [0, 0];
  for (let start = 0; start < vectors.length; start += dimension) {
    let [squares, missed] = [0, 0];
    for (let at = start; at < start + dimension; at++) {
      const value = vectors[at]!;
      const rounded = Math.round(value / step);
      bytes[at] = rounded;
      squares += value * value;
      missed += (value - rounded * step) ** 2;
    }
    longest = Math.max(longest, squares);
    farthest = Math.max(farthest, missed);
  }
  return { bytes, step, longest: Math.sqrt(longest), farthest: Math.sqrt(farthest) };
}

function greatest(values: Float32Array): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, Math.abs(values[at]!));
  return most;
}

/**
 * The most by which the inner product of two vectors may differ from that of what they are rounded to (Cauchy-Schwarz).
 *
 * @param asked the one vector that is asked for
 */
export const greatestError = (asked: RoundedVectors, among: RoundedVectors): number =>
  asked.farthest * among.longest + (asked.longest + asked.farthest) * among.farthest;
