import { RealFft } from './real-fft.ts';

const windowFrames = 1024;
const stepFrames = 512;

/**
 * Autocorrelation of a curve, averaged over windows of about twelve seconds, so that tempo drift
 * or a break blurs it little.
 *
 * Windows are zero-padded to twice their length and correlated through their power spectrum (Wiener-Khinchin), then divided by the
 * number of terms of each lag (unbiased estimate).
 */
export class Autocorrelation {
  readonly #fft = new RealFft(2 * windowFrames);
  readonly #rectangle = new Float64Array(2 * windowFrames).fill(1);
  readonly #padded = new Float32Array(2 * windowFrames);
  readonly #symmetric = new Float64Array(2 * windowFrames);

  /**
   * @param curve shape [frames]
   * @param maxLag under 1024
   * @returns shape [maxLag + 1], mean product of the mean-free curve, not normalised
   */
  average(curve: Float32Array, maxLag: number): Float32Array {
    const total = new Float64Array(maxLag + 1);
    let windows = 0;
    for (let from = 0; from === 0 || from + windowFrames / 2 <= curve.length; from += stepFrames) {
      this.#add(curve.subarray(from, from + windowFrames), total);
      windows++;
    }
    return Float32Array.from(total, (sum) => sum / windows);
  }

  #add(curve: Float32Array, total: Float64Array): void {
    let mean = 0;
    for (const value of curve) mean += value / curve.length;
    this.#padded.fill(0);
    for (let i = 0; i < curve.length; i++) this.#padded[i] = curve[i]! - mean;
    const { re, im } = this.#fft;
    this.#fft.transform(this.#padded, 0, this.#rectangle);
    for (let bin = 0; bin <= windowFrames; bin++) {
      const power = re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      this.#symmetric[bin] = power;
      this.#symmetric[(2 * windowFrames - bin) % (2 * windowFrames)] = power;
    }
    this.#fft.transform(this.#symmetric, 0, this.#rectangle);
    for (let lag = 0; lag < total.length && lag < curve.length; lag++) {
      total[lag]! += re[lag]! / (2 * windowFrames) / Math.max(curve.length / 4, curve.length - lag);
    }
  }
}
