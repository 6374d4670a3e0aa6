/** How many samples an interpolation between n and n + 1 reads before n (LEAD) and after it (TAIL). */
export const LEAD = 15;
export const TAIL = 16;
const PAIRS = 16;
/** Weights of a kernel's sums, then those of its differences. */
const FOLD = 2 * PAIRS;
/** The four middle pairs carry most of the weight, eight nearly all: they alone mostly tell that the rest need not be computed. */
const CORE = 4;
const WIDER = 8;
const KAISER_BETA = 9;
/** Read once: inside a vm context, as under Jest, every look at a global is slow, and these loops look a million times a second. */
const { abs, max } = Math;

/**
 * Windowed-sinc interpolators, one for each position k / factor between a sample and the next. At factor 1 there is nothing between.
 *
 * 32 taps under a Kaiser window (beta 9): flat to 0.01 dB up to 0.9 of Nyquist, where the 12-tap example filter of BS.1770-4 Annex 2
 * already sags, and the same design that libswresample uses, with which our figures are compared.
 *
 * The kernels at k and at factor - k mirror each other. Folded into the sums and the differences of the samples left and right of the
 * position, one is even + odd and the other even - odd, so that |even| + |odd| is the larger magnitude of the two.
 */
export class Interpolator {
  /** How many positions between two samples are looked at; 0 when the sampling rate is high enough as it is. */
  readonly positions: number;
  /** No interpolated value exceeds this times the largest magnitude among the samples it reads. */
  readonly worstGain: number;
  private readonly folds: Float64Array;
  /** The same bound for what the core, and what the wider core, leaves out. */
  private readonly beyondCore: number;
  private readonly beyondWider: number;

  constructor(factor: number) {
    const kernels = Array.from({ length: Math.floor(factor / 2) }, (_, k) => kernelAt((k + 1) / factor));
    this.positions = factor - 1;
    this.folds = Float64Array.from(kernels.flatMap(fold));
    this.worstGain = Math.max(1, ...kernels.map((kernel) => gainBeyond(kernel, 0)));
    this.beyondCore = Math.max(0, ...kernels.map((kernel) => gainBeyond(kernel, CORE)));
    this.beyondWider = Math.max(0, ...kernels.map((kernel) => gainBeyond(kernel, WIDER)));
  }

  /**
   * Looks for a magnitude above `peak` after each of the samples `from` to `to` (excluded). Written out by hand: this is the hot loop.
   *
   * @param around bound of the magnitudes that can be read
   * @returns the largest magnitude found, or `peak`
   */
  search(samples: Float64Array, from: number, to: number, around: number, peak: number): number {
    const { folds } = this;
    const unseen = around * this.beyondCore;
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
        if (abs(even) + abs(odd) + unseen > largest) largest = this.refine(samples, n, k, even, odd, around, largest);
      }
    }
    return largest;
  }

  private refine(samples: Float64Array, n: number, k: number, coreEven: number, coreOdd: number, around: number, peak: number): number {
    let even = coreEven;
    let odd = coreOdd;
    for (let pair = CORE; pair < PAIRS; pair++) {
      if (pair === WIDER && abs(even) + abs(odd) + around * this.beyondWider <= peak) return peak;
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

/** The kernel for the value at `fraction` of the way from one sample to the next, scaled to pass a constant unchanged. */
function kernelAt(fraction: number): Kernel {
  const taps = Array.from({ length: PAIRS }, (_, pair) => [tapAt(pair + fraction), tapAt(pair + 1 - fraction)] as const);
  const sum = taps.reduce((total, [left, right]) => total + left + right, 0);
  return taps.map(([left, right]) => [left / sum, right / sum] as const);
}

const fold = (kernel: Kernel): number[] => [
  ...kernel.map(([left, right]) => (left + right) / 2),
  ...kernel.map(([left, right]) => (left - right) / 2),
];

const gainBeyond = (kernel: Kernel, pairs: number): number =>
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
