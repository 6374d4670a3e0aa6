/** Samples that an interpolation between n and n + 1 reads before n (LEAD) and after it (TAIL). */
export const LEAD = 15;
export const TAIL = 16;
const PAIRS = 16;
/** Length of one folded kernel: weights of the sums, then weights of the differences. */
const FOLD = 2 * PAIRS;
/** Four middle pairs carry most of the weight, eight nearly all; a bound from them usually rules out the remaining pairs. */
const CORE = 4;
const WIDER = 8;
const KAISER_BETA = 9;
/** Read once: global lookups are slow inside a vm context (Jest), and this is the hot loop. */
const { abs, max } = Math;

/**
 * Windowed-sinc interpolators, one for each position k / factor between two samples. Factor 1 has no positions.
 *
 * 32 taps under a Kaiser window (beta 9): flat to 0.01 dB up to 0.9 of Nyquist, where the 12-tap example filter of BS.1770-4 Annex 2
 * already attenuates. libswresample, the reference for our figures, uses the same design.
 *
 * The kernels at k and at factor - k mirror each other. Applied to the sums and the differences of the samples left and right of the
 * position, one is even + odd and the other even - odd, so that |even| + |odd| is the larger magnitude of the two.
 */
export class Interpolator {
  /** Number of positions between two samples; 0 when the sample rate is high enough. */
  readonly positions: number;
  /** Upper bound of an interpolated value relative to the largest magnitude among the samples it reads. */
  readonly maxGain: number;
  private readonly folds: Float64Array;
  /** The same bound for the taps outside the core, and outside the wider core. */
  private readonly restGainAfterCore: number;
  private readonly restGainAfterWider: number;

  constructor(factor: number) {
    const kernels = Array.from({ length: Math.floor(factor / 2) }, (_, k) => kernelAt((k + 1) / factor));
    this.positions = factor - 1;
    this.folds = Float64Array.from(kernels.flatMap(fold));
    this.maxGain = Math.max(1, ...kernels.map((kernel) => restGain(kernel, 0)));
    this.restGainAfterCore = Math.max(0, ...kernels.map((kernel) => restGain(kernel, CORE)));
    this.restGainAfterWider = Math.max(0, ...kernels.map((kernel) => restGain(kernel, WIDER)));
  }

  /**
   * Searches for a magnitude above `peak` after each of the samples `from` to `to` (excluded). Unrolled by hand: this is the hot loop.
   *
   * @param around upper bound of the magnitudes read
   * @returns the largest magnitude found, or `peak`
   */
  search(samples: Float64Array, from: number, to: number, around: number, peak: number): number {
    const { folds } = this;
    const restBound = around * this.restGainAfterCore;
    let largest = peak;
    for (let n = from; n < to; n++) {
      const l0 = samples[n]!;
      const l1 = samples[n - 1]!;
      const l2 = samples[n - 2]!;
      const l3 = samples[n - 3]!;
      const r0 = samples[n + 1]!;
      const r1 = samples[n + 2]!;
      const r2 = samples[n + 3]!;
      const r3 = samples[n + 4]!;
      for (let k = 0; k < folds.length; k += FOLD) {
        const even = folds[k]! * (l0 + r0) + folds[k + 1]! * (l1 + r1) + folds[k + 2]! * (l2 + r2) + folds[k + 3]! * (l3 + r3);
        const odd = folds[k + 16]! * (l0 - r0) + folds[k + 17]! * (l1 - r1) + folds[k + 18]! * (l2 - r2) + folds[k + 19]! * (l3 - r3);
        if (abs(even) + abs(odd) + restBound > largest) largest = this.refine(samples, n, k, even, odd, around, largest);
      }
    }
    return largest;
  }

  private refine(samples: Float64Array, n: number, k: number, coreEven: number, coreOdd: number, around: number, peak: number): number {
    let even = coreEven;
    let odd = coreOdd;
    for (let pair = CORE; pair < PAIRS; pair++) {
      if (pair === WIDER && abs(even) + abs(odd) + around * this.restGainAfterWider <= peak) return peak;
      const left = samples[n - pair]!;
      const right = samples[n + 1 + pair]!;
      even += this.folds[k + pair]! * (left + right);
      odd += this.folds[k + PAIRS + pair]! * (left - right);
    }
    return max(peak, abs(even) + abs(odd));
  }
}

/** Taps left and right of the position, from the middle outwards. */
type Kernel = readonly (readonly [left: number, right: number])[];

/** The kernel for the value at `fraction` of the way from one sample to the next, normalised to unity gain at DC. */
function kernelAt(fraction: number): Kernel {
  const taps = Array.from({ length: PAIRS }, (_, pair) => [tapAt(pair + fraction), tapAt(pair + 1 - fraction)] as const);
  const sum = taps.reduce((total, [left, right]) => total + left + right, 0);
  return taps.map(([left, right]) => [left / sum, right / sum] as const);
}

const fold = (kernel: Kernel): number[] => [
  ...kernel.map(([left, right]) => (left + right) / 2),
  ...kernel.map(([left, right]) => (left - right) / 2),
];

const restGain = (kernel: Kernel, pairs: number): number =>
  kernel.slice(pairs).reduce((sum, [left, right]) => sum + Math.abs(left) + Math.abs(right), 0);

/** @param distance in samples, above 0 */
function tapAt(distance: number): number {
  const window = bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (distance / PAIRS) ** 2))) / bessel0(KAISER_BETA);
  return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
