/** Mean of the values within `radius` of each, fewer at the ends; shape [n] in, [n] out. */
export function movingMean(values: Float32Array, radius: number): Float32Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  const means = new Float32Array(values.length);
  for (let i = 0; i < means.length; i++) {
    const from = Math.max(0, i - radius);
    const to = Math.min(values.length, i + radius + 1);
    means[i] = (sums[to]! - sums[from]!) / (to - from);
  }
  return means;
}

/** The value at a fractional index, on a straight line between its neighbours; 0 past the ends. */
export function interpolated(values: ArrayLike<number>, index: number): number {
  const left = Math.floor(index);
  const share = index - left;
  return (values[left] ?? 0) * (1 - share) + (values[left + 1] ?? 0) * share;
}

/** Where between its neighbours a peak at `index` really lies, from a parabola through the three; -0.5 … 0.5. */
export function parabolicOffset(values: ArrayLike<number>, index: number): number {
  const left = values[index - 1] ?? 0;
  const peak = values[index] ?? 0;
  const right = values[index + 1] ?? 0;
  const bend = left - 2 * peak + right;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend))) : 0;
}
