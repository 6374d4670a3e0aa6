import { sanitizeSample } from '../sanitize-sample.ts';

/** Cuts a stream of samples into overlapping frames; frame i is centred on sample `i * hop`. The buffer is bounded. */
export class FrameCutter {
  readonly #size: number;
  readonly #hop: number;
  readonly #buffer: Float32Array;
  readonly #onFrame: (buffer: Float32Array, from: number) => void;
  #filled: number;

  /** @param onFrame receives a buffer and the offset of the frame in it; the buffer is reused after the call */
  constructor(size: number, hop: number, onFrame: (buffer: Float32Array, from: number) => void) {
    this.#size = size;
    this.#hop = hop;
    this.#buffer = new Float32Array(size * 8);
    this.#onFrame = onFrame;
    this.#filled = size / 2; // silence before the first sample, so that frame 0 is centred on it
  }

  push(samples: Float32Array): void {
    for (let from = 0; from < samples.length; ) {
      const taken = Math.min(samples.length - from, this.#buffer.length - this.#filled);
      copySanitized(samples, from, taken, this.#buffer, this.#filled);
      this.#filled += taken;
      from += taken;
      this.#drain();
    }
  }

  /** Emits the frames that reach past the end, padded with silence. */
  finish(): void {
    this.push(new Float32Array(this.#size / 2));
  }

  #drain(): void {
    let from = 0;
    for (; from + this.#size <= this.#filled; from += this.#hop) this.#onFrame(this.#buffer, from);
    if (from === 0) return;
    this.#buffer.copyWithin(0, from, this.#filled);
    this.#filled -= from;
  }
}

function copySanitized(source: Float32Array, from: number, length: number, target: Float32Array, at: number): void {
  for (let i = 0; i < length; i++) target[at + i] = sanitizeSample(source[from + i]!);
}
