/** The spectrum of a recording over time, as a picture: time from left to right, frequency from bottom to top, level as colour. */
import { encode } from 'fast-png';
import { RealFft } from '../analysis/music/real-fft.ts';
import { hannWindow } from '../analysis/music/window.ts';
import { sanitizeSample } from '../analysis/sanitize-sample.ts';
import { palette } from './palette.ts';

export interface SpectrogramSize {
  /** Whole pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
}

const frameSize = 2_048;
/** Frames whose mean power is one column. */
const framesPerColumn = 4;
/** Levels from black to white, in dB below a full-scale sine. */
const floorDb = -110;
const ceilingDb = -10;
const shades = 256;

/** Collects the columns from a stream of samples of a known length. Memory does not grow with it: samples between frames are passed over. */
export class SpectrogramExtractor {
  readonly #size: SpectrogramSize;
  readonly #step: number;
  readonly #powers: Float64Array;
  readonly #fft = new RealFft(frameSize);
  readonly #window = hannWindow(frameSize);
  #buffer = new Float32Array(0);
  /** Index of the first sample in the buffer, and of the next frame. */
  #base = 0;
  #frame = 0;

  /** @param samples expected length; a recording that is shorter ends in silence, one that is longer is cut */
  constructor(size: SpectrogramSize, samples: number) {
    this.#size = size;
    this.#step = Math.max(1, samples) / (size.widthPx * framesPerColumn);
    this.#powers = new Float64Array(size.widthPx * size.heightPx);
  }

  /** @param samples one channel, full scale [-1, 1] */
  push(samples: Float32Array): void {
    this.#append(samples);
    while (this.#frame < this.#size.widthPx * framesPerColumn && this.#start + frameSize <= this.#base + this.#buffer.length) {
      this.#measure(this.#start - this.#base);
      this.#frame++;
    }
  }

  /** @returns a PNG of one byte a pixel */
  finish(): Uint8Array {
    this.push(new Float32Array(2 * frameSize));
    const { widthPx: width, heightPx: height } = this.#size;
    return encode({ width, height, channels: 1, depth: 8, palette: [...palette], data: this.#shades() });
  }

  get #start(): number {
    return Math.floor(this.#frame * this.#step);
  }

  #append(samples: Float32Array): void {
    const passed = Math.min(this.#buffer.length, Math.max(0, this.#start - this.#base));
    const kept = this.#buffer.subarray(passed);
    const skipped = kept.length > 0 ? 0 : Math.min(samples.length, Math.max(0, this.#start - this.#base - passed));
    const joined = new Float32Array(kept.length + samples.length - skipped);
    joined.set(kept);
    for (let at = skipped; at < samples.length; at++) joined[kept.length + at - skipped] = sanitizeSample(samples[at]!);
    this.#base += passed + skipped;
    this.#buffer = joined;
  }

  #measure(from: number): void {
    const { re, im } = this.#fft;
    const { widthPx, heightPx } = this.#size;
    this.#fft.transform(this.#buffer, from, this.#window);
    const column = Math.floor(this.#frame / framesPerColumn);
    const binsPerRow = frameSize / 2 / heightPx;
    for (let row = 0; row < heightPx; row++) {
      const first = Math.floor(row * binsPerRow);
      const last = Math.max(first, Math.ceil((row + 1) * binsPerRow) - 1);
      let strongest = 0;
      for (let bin = first; bin <= last; bin++) strongest = Math.max(strongest, re[bin]! * re[bin]! + im[bin]! * im[bin]!);
      this.#powers[(heightPx - 1 - row) * widthPx + column]! += strongest / framesPerColumn;
    }
  }

  #shades(): Uint8Array {
    return Uint8Array.from(this.#powers, (power) => {
      const level = (10 * Math.log10(power + 1e-20) - floorDb) / (ceilingDb - floorDb);
      return Math.round((shades - 1) * Math.max(0, Math.min(1, level)));
    });
  }
}
