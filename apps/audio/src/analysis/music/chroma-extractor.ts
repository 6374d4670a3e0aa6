import { FeatureRows } from './feature-rows.ts';
import { FrameCutter } from './frame-cutter.ts';
import { RealFft } from './real-fft.ts';
import { hannWindow } from './window.ts';

const frameSize = 8192;
const hopSize = 4096;
const lowestHz = 40;
const lowestChordHz = 60;
const highestBassHz = 200;
const highestHz = 2000;
const silenceMagnitude = 1e-4;
/** Minimum ratio of a tonal peak to the mean of its neighbour bins; peaks of noise rarely reach half of it. */
const minPeakRatio = 5;
const neighbourBins = 12;

/** Strength per pitch class, C first, each of shape [12]. Openings, endings and bass notes indicate the tonic. */
export interface TonalContext {
  readonly bass: readonly number[];
  readonly opening: readonly number[];
  readonly openingBass: readonly number[];
  readonly ending: readonly number[];
  readonly endingBass: readonly number[];
}

/** Steps of ten cents per octave, from C. */
export const stepsPerOctave = 120;

/**
 * Extracts pitch classes from spectral peaks that exceed their neighbour bins, with parabolic interpolation of the frequency.
 *
 * Tones are weighted by the square root of their strength, so that a loud bass does not mask a chord.
 *
 * @see Gómez 2006, "Tonal description of music audio signals": pitch class profiles from spectral peaks, with tuning
 */
export class ChromaExtractor {
  readonly frameRateHz: number;
  /** Strength per pitch class of each frame as if tuned to 440 Hz, shape [frames][12], C first. */
  readonly chroma = new FeatureRows(12);
  /** The same for the bass, up to 200 Hz, weighted by magnitude. */
  readonly #bass = new FeatureRows(12);
  /** Strength per ten cents of the octave over the whole piece, shape [120]. */
  readonly fine = new Float64Array(stepsPerOctave);
  readonly #sampleRateHz: number;
  readonly #cutter = new FrameCutter(frameSize, hopSize, (buffer, from) => this.#measure(buffer, from));
  readonly #fft = new RealFft(frameSize);
  readonly #window = hannWindow(frameSize);
  readonly #magnitudes = new Float64Array(frameSize / 2 + 1);
  readonly #row = new Float64Array(12);
  readonly #bassRow = new Float64Array(12);
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

  /** Pitch classes of the first two seconds with tones, of the last two and a half (without the very end), and of the bass of the whole piece. */
  get tonalContext(): TonalContext {
    const tonalRows = Array.from({ length: this.chroma.count }, (_, row) => row).filter((row) => hasTones(this.chroma, row));
    const [first, last] = [tonalRows.slice(0, 12), tonalRows.slice(-14, -2)];
    return {
      bass: sumOfRows(this.#bass, tonalRows),
      opening: sumOfRows(this.chroma, first),
      openingBass: sumOfRows(this.#bass, first),
      ending: sumOfRows(this.chroma, last),
      endingBass: sumOfRows(this.#bass, last),
    };
  }

  /** Tonal share of the magnitude spectrum, 0 … 1: near 0 for noise and drums. */
  get tonality(): number {
    return this.#all > 0 ? this.#tonal / this.#all : 0;
  }

  #measure(buffer: Float32Array, from: number): void {
    const { re, im } = this.#fft;
    const magnitudes = this.#magnitudes;
    const first = Math.floor((lowestHz * frameSize) / this.#sampleRateHz);
    const last = Math.ceil((highestHz * frameSize) / this.#sampleRateHz);
    this.#fft.transform(buffer, from, this.#window);
    for (let bin = first - neighbourBins; bin <= last + neighbourBins; bin++)
      magnitudes[bin] = Math.sqrt(re[bin]! * re[bin]! + im[bin]! * im[bin]!);
    this.#row.fill(0);
    this.#bassRow.fill(0);
    this.#gatherTones(first, last);
    this.chroma.push(this.#row);
    this.#bass.push(this.#bassRow);
  }

  #gatherTones(first: number, last: number): void {
    const magnitudes = this.#magnitudes;
    const firstOfChords = Math.floor((lowestChordHz * frameSize) / this.#sampleRateHz);
    let around = 0;
    let loudest = silenceMagnitude;
    for (let bin = first - neighbourBins; bin < first + neighbourBins; bin++) around += magnitudes[bin]!;
    for (let bin = first; bin <= last; bin++) loudest = Math.max(loudest, magnitudes[bin]!);
    for (let bin = first; bin <= last; bin++) {
      around += magnitudes[bin + neighbourBins]! - (magnitudes[bin - neighbourBins - 1] ?? 0);
      const here = magnitudes[bin]!;
      if (bin >= firstOfChords) this.#all += here;
      if (here < 0.01 * loudest || here < magnitudes[bin - 1]! || here <= magnitudes[bin + 1]!) continue;
      if (here * (2 * neighbourBins + 1) > minPeakRatio * around) this.#addTone(bin, here);
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
    if (hz < highestBassHz) this.#bassRow[wrapped(Math.round(octaves * 12), 12)]! += magnitude;
    if (hz < lowestChordHz) return;
    this.#tonal += magnitude + this.#magnitudes[bin - 1]! + this.#magnitudes[bin + 1]!;
    this.#row[wrapped(Math.round(octaves * 12), 12)]! += strength;
    this.fine[wrapped(Math.round(octaves * stepsPerOctave), stepsPerOctave)]! += strength;
  }
}

function hasTones(rows: FeatureRows, row: number): boolean {
  for (let pitch = 0; pitch < 12; pitch++) if (rows.at(row, pitch) > 0) return true;
  return false;
}

function sumOfRows(rows: FeatureRows, which: readonly number[]): number[] {
  const sums = new Array<number>(12).fill(0);
  for (const row of which) for (let pitch = 0; pitch < 12; pitch++) sums[pitch]! += rows.at(row, pitch);
  return sums;
}

function wrapped(value: number, length: number): number {
  return ((value % length) + length) % length;
}
