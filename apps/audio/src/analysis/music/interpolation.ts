/** Iterates over the moving mean of radius `radius`, with a smaller window at the ends, without a copy. */
export class MovingMean {
  readonly #values: Float32Array;
  readonly #radius: number;
  readonly #measure: (value: number) => number;
  #sum = 0;
  #next = 0;

  /** @param measure maps each value before averaging; non-negative */
  constructor(values: Float32Array, radius: number, measure: (value: number) => number = (value) => value) {
    this.#values = values;
    this.#radius = radius;
    this.#measure = measure;
    for (let i = 0; i < Math.min(radius, values.length); i++) this.#sum += measure(values[i]!);
  }

  /** The mean around the next value, starting at the first. */
  next(): number {
    const entering = this.#next + this.#radius;
    const leaving = this.#next - this.#radius - 1;
    if (entering < this.#values.length) this.#sum += this.#measure(this.#values[entering]!);
    if (leaving >= 0) this.#sum -= this.#measure(this.#values[leaving]!);
    const count = Math.min(entering + 1, this.#values.length) - Math.max(0, leaving + 1);
    this.#next++;
    return Math.max(0, this.#sum / count);
  }
}

/** Linear interpolation at a fractional index; 0 beyond the ends. */
export function interpolated(values: ArrayLike<number>, index: number): number {
  const left = Math.floor(index);
  const share = index - left;
  return (values[left] ?? 0) * (1 - share) + (values[left + 1] ?? 0) * share;
}

/** Offset of a peak at `index` by parabolic interpolation; -0.5 … 0.5. */
export function parabolicOffset(values: ArrayLike<number>, index: number): number {
  const left = values[index - 1] ?? 0;
  const peak = values[index] ?? 0;
  const right = values[index + 1] ?? 0;
  const bend = left - 2 * peak + right;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend))) : 0;
}
