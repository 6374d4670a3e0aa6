/** What a recording sounds like regardless of its notes and its level: the mean shape of its spectrum, and how much that changes. */
import { FrameCutter } from '../analysis/music/frame-cutter.ts';
import { RealFft } from '../analysis/music/real-fft.ts';
import { hannWindow } from '../analysis/music/window.ts';

const frameSize = 2_048;
/** About four frames a second. */
const hopSize = 5_512;
const bandCount = 24;
const lowestHz = 60;
const highestHz = 10_000;
/** Cepstral coefficients from the second on: the first one is the level. */
const coefficients = 12;
export const timbreLength = 2 * coefficients;
const silencePower = 1e-9;
/** Bands that are weaker than the loudest one by 50 dB are all alike: noise of the encoder. */
const bandFloor = 1e-5;

/**
 * Collects cepstral coefficients from a stream of samples. Memory is constant.
 *
 * @see Davis & Mermelstein 1980: mel-frequency cepstral coefficients; Pampalk 2006: means and variances as a measure of timbre
 */
export class TimbreExtractor {
  readonly #fft = new RealFft(frameSize);
  readonly #window = hannWindow(frameSize);
  readonly #cutter = new FrameCutter(frameSize, hopSize, (buffer, from) => this.#measure(buffer, from));
  readonly #edges: readonly number[];
  readonly #sums = new Float64Array(coefficients);
  readonly #squares = new Float64Array(coefficients);
  readonly #bands = new Float64Array(bandCount);
  #frames = 0;

  constructor(sampleRateHz: number) {
    this.#edges = Array.from({ length: bandCount + 1 }, (_, band) => {
      const hz = hzOfMel(melOf(lowestHz) + (band / bandCount) * (melOf(highestHz) - melOf(lowestHz)));
      return Math.min(frameSize / 2, Math.round((hz * frameSize) / sampleRateHz));
    });
  }

  push(samples: Float32Array): void {
    this.#cutter.push(samples);
  }

  /** @returns means, then standard deviations of {@link timbreLength} / 2 coefficients; null for silence */
  finish(): number[] | null {
    this.#cutter.finish();
    if (this.#frames === 0) return null;
    const means = Array.from(this.#sums, (sum) => sum / this.#frames);
    const deviations = Array.from(this.#squares, (square, at) => Math.sqrt(Math.max(0, square / this.#frames - means[at]! ** 2)));
    return [...means, ...deviations].map((value) => Math.round(value * 1_000) / 1_000);
  }

  #measure(buffer: Float32Array, from: number): void {
    const { re, im } = this.#fft;
    this.#fft.transform(buffer, from, this.#window);
    let [total, loudest] = [0, 0];
    for (let band = 0; band < bandCount; band++) {
      const first = this.#edges[band]!;
      const last = Math.max(first + 1, this.#edges[band + 1]!);
      let power = 0;
      for (let bin = first; bin < last; bin++) power += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      total += power;
      this.#bands[band] = power / (last - first);
      loudest = Math.max(loudest, this.#bands[band]!);
    }
    if (total <= silencePower) return;
    for (let band = 0; band < bandCount; band++) this.#bands[band] = Math.log10(this.#bands[band]! + bandFloor * loudest);
    this.#add();
  }

  /** The type-II DCT of the bands. */
  #add(): void {
    this.#frames++;
    for (let k = 1; k <= coefficients; k++) {
      let sum = 0;
      for (let band = 0; band < bandCount; band++) sum += this.#bands[band]! * Math.cos((Math.PI * k * (band + 0.5)) / bandCount);
      const value = sum * Math.sqrt(2 / bandCount);
      this.#sums[k - 1]! += value;
      this.#squares[k - 1]! += value * value;
    }
  }
}

const melOf = (hz: number) => 1_127 * Math.log1p(hz / 700);
const hzOfMel = (mel: number) => 700 * Math.expm1(mel / 1_127);
