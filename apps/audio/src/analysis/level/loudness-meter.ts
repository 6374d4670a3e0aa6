import { sanitizeSample } from '../sanitize-sample.ts';
import { type ChannelRole, channelWeight } from './channels.ts';
import { GatedBlocks } from './gating.ts';
import { KWeighting } from './k-weighting.ts';
import { TruePeakMeter } from './true-peak.ts';

export interface Levels {
  /** Integrated loudness in LUFS; null when no 400 ms block is above -70 LUFS, or when the recording is shorter than 400 ms. */
  readonly loudnessLufs: number | null;
  /** Loudness range in LU; null when no 3 s block is above -70 LUFS. */
  readonly loudnessRangeLu: number | null;
  /** True peak in dB relative to full scale; null for digital silence. */
  readonly truePeakDbtp: number | null;
}

export interface AudioFormat {
  /** At least 4,000 Hz: the shelf at 1,682 Hz has to lie below the Nyquist frequency. */
  readonly sampleRateHz: number;
  /** One role per channel, in interleaving order. */
  readonly channelLayout: readonly ChannelRole[];
}

/** Frames deinterleaved at a time: small enough to stay in the CPU cache. */
const CHUNK_FRAMES = 4096;
/** Block lengths in steps of 100 ms: momentary blocks overlap by 75 %. */
const MOMENTARY = 4;
const SHORT_TERM = 30;

/**
 * Measures loudness, loudness range and true peak of a stream in one pass; memory does not grow with its length.
 *
 * @see ITU-R BS.1770-4 (loudness, true peak), EBU R128 (what to report), EBU Tech 3342 (loudness range)
 */
export class LoudnessMeter {
  private readonly weights: readonly number[];
  private readonly filters: readonly KWeighting[];
  private readonly truePeak: TruePeakMeter;
  private readonly momentary = new GatedBlocks();
  private readonly shortTerm = new GatedBlocks();
  private readonly channel = new Float64Array(CHUNK_FRAMES);
  private readonly stepFrames: number;
  private readonly steps = new Float64Array(SHORT_TERM);
  private stepsDone = 0;
  private framesInStep = 0;
  private stepPower = 0;

  /** @throws RangeError without channels or under 4,000 Hz */
  constructor({ sampleRateHz, channelLayout }: AudioFormat) {
    if (!(sampleRateHz >= 4_000) || channelLayout.length === 0) throw new RangeError('need at least one channel and 4,000 Hz');
    this.weights = channelLayout.map((role) => channelWeight[role]);
    this.filters = channelLayout.map(() => new KWeighting(sampleRateHz));
    this.truePeak = new TruePeakMeter(sampleRateHz, channelLayout.length);
    this.stepFrames = Math.floor(sampleRateHz / 10);
  }

  /** @param interleaved whole frames, 1 being full scale; implausible samples count as silence */
  push(interleaved: Float32Array): this {
    const frames = interleaved.length / this.weights.length;
    for (let from = 0; from < frames; ) {
      const chunkFrames = Math.min(CHUNK_FRAMES, frames - from, this.stepFrames - this.framesInStep);
      this.pushChunk(interleaved, from, chunkFrames);
      from += chunkFrames;
    }
    return this;
  }

  finish(): Levels {
    const peak = this.truePeak.finish();
    return {
      loudnessLufs: this.momentary.integratedLufs(),
      loudnessRangeLu: this.shortTerm.rangeLu(),
      truePeakDbtp: peak > 0 ? 20 * Math.log10(peak) : null,
    };
  }

  /** A chunk never crosses the end of a step. */
  private pushChunk(interleaved: Float32Array, firstFrame: number, frames: number): void {
    for (let channel = 0; channel < this.weights.length; channel++) {
      this.deinterleave(interleaved, channel, firstFrame, frames);
      this.truePeak.push(channel, this.channel, frames);
      const weight = this.weights[channel]!;
      if (weight > 0) this.stepPower += weight * this.filters[channel]!.energy(this.channel, 0, frames);
    }
    this.framesInStep += frames;
    if (this.framesInStep === this.stepFrames) this.endStep();
  }

  private deinterleave(interleaved: Float32Array, channel: number, firstFrame: number, frames: number): void {
    const stride = this.weights.length;
    const samples = this.channel;
    for (let n = 0, at = firstFrame * stride + channel; n < frames; n++, at += stride) {
      samples[n] = sanitizeSample(interleaved[at]!);
    }
  }

  private endStep(): void {
    this.steps[this.stepsDone % SHORT_TERM] = this.stepPower / this.stepFrames;
    this.stepsDone++;
    this.framesInStep = 0;
    this.stepPower = 0;
    if (this.stepsDone >= MOMENTARY) this.momentary.add(this.meanOfLast(MOMENTARY));
    if (this.stepsDone >= SHORT_TERM) this.shortTerm.add(this.meanOfLast(SHORT_TERM));
  }

  private meanOfLast(count: number): number {
    let sum = 0;
    for (let back = 1; back <= count; back++) sum += this.steps[(this.stepsDone - back) % SHORT_TERM]!;
    return sum / count;
  }
}
