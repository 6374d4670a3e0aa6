import { FeatureRows } from './feature-rows.ts';
import { FrameCutter } from './frame-cutter.ts';
import { RealFft } from './real-fft.ts';
import { hannWindow } from './window.ts';

const frameSize = 8192;
const hopSize = 4096;
const lowestHz = 60;
const highestHz = 2000;
const quietest = 1e-4;
/** A tone stands this far over the mean of the bins around it; peaks of noise hardly reach half of it. */
const standout = 5;
const neighbourhood = 12;

/** Steps of ten cents in the octave, from C. */
export const stepsPerOctave = 120;

/**
 * Listens for tones: peaks of the spectrum that stand well out of their surroundings, placed between bins by a parabola.
 *
 * Tones count by the square root of their strength, so that a chord under a loud bass is still heard.
 *
 * @see Gómez 2006, "Tonal description of music audio signals": pitch class profiles from spectral peaks, with tuning
 */
export class ChromaListener {
  readonly frameRateHz: number;
  /** Strength per pitch class of each frame as if tuned to 440 Hz, shape [frames][12], C first. */
  readonly chroma = new FeatureRows(12);
  /** Strength per ten cents of the octave over the whole piece, shape [120]. */
  readonly fine = new Float64Array(stepsPerOctave);
  readonly #sampleRateHz: number;
  readonly #cutter = new FrameCutter(frameSize, hopSize, (buffer, from) => this.#measure(buffer, from));
  readonly #fft = new RealFft(frameSize);
  readonly #window = hannWindow(frameSize);
  readonly #magnitudes = new Float64Array(frameSize / 2 + 1);
  readonly #row = new Float64Array(12);
  #tonal = 0;
  #all = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
    this.frameRateHz = sampleRateHz / hopSize;
  }

  push(samples: Float32Array): void {
    this.#cutter.push(samples);
  }

  finish(): void {
    this.#cutter.finish();
  }

  /** Strength per pitch class of the first two seconds, shape [12]. */
  get opening(): number[] {
    return this.#sumOfRows(0, 12);
  }

  /** Strength per pitch class of the last two and a half seconds, less the very end, shape [12]. */
  get ending(): number[] {
    return this.#sumOfRows(this.chroma.count - 14, this.chroma.count - 2);
  }

  /** Share of the sound that is tones, 0 … 1: near 0 for noise and drums. */
  get tonality(): number {
    return this.#all > 0 ? this.#tonal / this.#all : 0;
  }

  #sumOfRows(from: number, to: number): number[] {
    const sums = new Array<number>(12).fill(0);
    for (let row = Math.max(0, from); row < Math.min(this.chroma.count, to); row++) {
      for (let pitch = 0; pitch < 12; pitch++) sums[pitch]! += this.chroma.at(row, pitch);
    }
    return sums;
  }

  #measure(buffer: Float32Array, from: number): void {
    const { re, im } = this.#fft;
    const magnitudes = this.#magnitudes;
    const first = Math.floor((lowestHz * frameSize) / this.#sampleRateHz);
    const last = Math.ceil((highestHz * frameSize) / this.#sampleRateHz);
    this.#fft.transform(buffer, from, this.#window);
    for (let bin = first - neighbourhood; bin <= last + neighbourhood; bin++)
      magnitudes[bin] = Math.sqrt(re[bin]! * re[bin]! + im[bin]! * im[bin]!);
    this.#row.fill(0);
    this.#gatherTones(first, last);
    this.chroma.push(this.#row);
  }

  #gatherTones(first: number, last: number): void {
    const magnitudes = this.#magnitudes;
    let around = 0;
    let loudest = quietest;
    for (let bin = first - neighbourhood; bin < first + neighbourhood; bin++) around += magnitudes[bin]!;
    for (let bin = first; bin <= last; bin++) loudest = Math.max(loudest, magnitudes[bin]!);
    for (let bin = first; bin <= last; bin++) {
      around += magnitudes[bin + neighbourhood]! - (magnitudes[bin - neighbourhood - 1] ?? 0);
      const here = magnitudes[bin]!;
      this.#all += here;
      if (here < 0.01 * loudest || here < magnitudes[bin - 1]! || here <= magnitudes[bin + 1]!) continue;
      if (here * (2 * neighbourhood + 1) > standout * around) this.#addTone(bin, here);
    }
  }

  #addTone(bin: number, magnitude: number): void {
    const left = Math.log(this.#magnitudes[bin - 1]! + 1e-12);
    const right = Math.log(this.#magnitudes[bin + 1]! + 1e-12);
    const peak = Math.log(magnitude);
    const offset = (left - right) / (2 * (left - 2 * peak + right));
    const hz = ((bin + offset) * this.#sampleRateHz) / frameSize;
    const octaves = Math.log2(hz / 440) + 0.75; // from C
    const strength = Math.sqrt(magnitude);
    this.#tonal += magnitude + this.#magnitudes[bin - 1]! + this.#magnitudes[bin + 1]!;
    this.#row[wrapped(Math.round(octaves * 12), 12)]! += strength;
    this.fine[wrapped(Math.round(octaves * stepsPerOctave), stepsPerOctave)]! += strength;
  }
}

function wrapped(value: number, length: number): number {
  return ((value % length) + length) % length;
}
