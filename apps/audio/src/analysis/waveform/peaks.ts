import { sanitizeSample } from '../sanitize-sample.ts';

/** Waveform of a recording: at most 4096 buckets of equal length, at least 2048 from 2048 frames on. Values are 16-bit: full scale is 32767. */
export interface WaveformPeaks {
  readonly sampleRateHz: number;
  /** Frames of the whole recording. */
  readonly frames: number;
  /** A power of two; the last bucket may be shorter. */
  readonly framesPerBucket: number;
  /** Lowest and highest sample of any channel per bucket, in [-32768, 32767]. */
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** Root mean square over all channels per bucket, in [0, 32767]. */
  readonly rms: readonly number[];
}

const MAX_BUCKETS = 4096;
const FULL_SCALE = 32_767;

/**
 * Collects peaks of a stream of unknown length. Buckets start at one frame; when all are used, neighbours are merged and
 * the bucket length doubles. Memory is constant.
 */
export class PeakCollector {
  private readonly sampleRateHz: number;
  private readonly channels: number;
  private readonly min = new Float64Array(MAX_BUCKETS);
  private readonly max = new Float64Array(MAX_BUCKETS);
  private readonly squares = new Float64Array(MAX_BUCKETS);
  private framesPerBucket = 1;
  private frames = 0;

  constructor({ sampleRateHz, channels }: { readonly sampleRateHz: number; readonly channels: number }) {
    this.sampleRateHz = sampleRateHz;
    this.channels = channels;
  }

  /** @param interleaved whole frames, 1 being full scale; invalid samples count as silence */
  push(interleaved: Float32Array): this {
    const frames = interleaved.length / this.channels;
    for (let from = 0; from < frames; ) {
      if (this.frames === MAX_BUCKETS * this.framesPerBucket) this.mergeNeighbours();
      const remaining = this.framesPerBucket - (this.frames % this.framesPerBucket);
      const to = Math.min(frames, from + remaining);
      this.addToBucket(interleaved, from * this.channels, to * this.channels);
      this.frames += to - from;
      from = to;
    }
    return this;
  }

  finish(): WaveformPeaks {
    const { sampleRateHz, frames, framesPerBucket, min, max } = this;
    const buckets = Math.ceil(frames / framesPerBucket);
    const list = (read: (bucket: number) => number) => Array.from({ length: buckets }, (_, bucket) => to16Bit(read(bucket)));
    return {
      sampleRateHz,
      frames,
      framesPerBucket,
      min: list((bucket) => min[bucket]!),
      max: list((bucket) => max[bucket]!),
      rms: list((bucket) => this.rmsOf(bucket)),
    };
  }

  private addToBucket(samples: Float32Array, from: number, to: number): void {
    const bucket = Math.floor(this.frames / this.framesPerBucket);
    const isNew = this.frames % this.framesPerBucket === 0;
    let low = isNew ? Number.POSITIVE_INFINITY : this.min[bucket]!;
    let high = isNew ? Number.NEGATIVE_INFINITY : this.max[bucket]!;
    let squares = isNew ? 0 : this.squares[bucket]!;
    for (let at = from; at < to; at++) {
      const value = sanitizeSample(samples[at]!);
      if (value < low) low = value;
      if (value > high) high = value;
      squares += value * value;
    }
    this.min[bucket] = low;
    this.max[bucket] = high;
    this.squares[bucket] = squares;
  }

  private mergeNeighbours(): void {
    for (let bucket = 0; bucket < MAX_BUCKETS / 2; bucket++) {
      const [left, right] = [2 * bucket, 2 * bucket + 1];
      this.min[bucket] = Math.min(this.min[left]!, this.min[right]!);
      this.max[bucket] = Math.max(this.max[left]!, this.max[right]!);
      this.squares[bucket] = this.squares[left]! + this.squares[right]!;
    }
    this.framesPerBucket *= 2;
  }

  private rmsOf(bucket: number): number {
    const frames = Math.min(this.framesPerBucket, this.frames - bucket * this.framesPerBucket);
    return Math.sqrt(this.squares[bucket]! / (frames * this.channels));
  }
}

const to16Bit = (value: number): number => Math.max(-FULL_SCALE - 1, Math.min(FULL_SCALE, Math.round(value * FULL_SCALE) + 0));
