/** Periodic Hann window, scaled so that a full-scale sine has a peak magnitude of 1. */
export function hannWindow(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => (2 / size) * (1 - Math.cos((2 * Math.PI * i) / size)));
}
