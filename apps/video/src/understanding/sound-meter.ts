/** Measures sound while it is decoded: integrated loudness, level by tenths of a second, and stretches of silence. */
import type { Span } from './find-spans.ts';

/** Rate at which the filters below are defined. */
export const soundRateHz = 48_000;
const stepFrames = soundRateHz / 10;
/** Silence is below this level in every part of 20 ms. */
const silentDb = -60;
const partFrames = soundRateHz / 50;

export interface SoundMeasures {
  /** Integrated loudness; null when no block of 400 ms is above -70 LUFS. */
  readonly loudnessLufs: number | null;
  /** Mean square by tenths of a second, all channels together, after K weighting. */
  readonly power: Float32Array;
  readonly silent: readonly Span[];
  readonly seconds: number;
}

/** Gated blocks in bins of 0.1 LU from -70 LUFS on: memory does not grow with the length. */
const bins = 800;

/**
 * @see ITU-R BS.1770-4: K weighting at 48 kHz, blocks of 400 ms that overlap by 75 %, gates at -70 LUFS and 10 LU below the mean
 */
export class SoundMeter {
  private readonly filters: readonly KWeighting[];
  private readonly steps = new Float32Array(4);
  private readonly power: number[] = [];
  private readonly counts = new Float64Array(bins);
  private readonly sums = new Float64Array(bins);
  private readonly silent: Span[] = [];
  private frames = 0;
  private stepPower = 0;
  private partPower = 0;
  private silentSince: number | undefined;

  private readonly channels: number;
  private readonly leastSilentSeconds: number;

  /** @param channels 1 or 2 */
  constructor(channels: number, leastSilentSeconds: number) {
    this.channels = channels;
    this.leastSilentSeconds = leastSilentSeconds;
    this.filters = Array.from({ length: channels }, () => new KWeighting());
  }

  /** @param interleaved whole frames at 48 kHz, full scale 1 */
  push(interleaved: Float32Array): void {
    for (let at = 0; at < interleaved.length; at += this.channels) this.pushFrame(interleaved, at);
  }

  private pushFrame(samples: Float32Array, at: number): void {
    for (let channel = 0; channel < this.channels; channel++) {
      const sample = samples[at + channel]!;
      const value = sample >= -8 && sample <= 8 ? sample : 0; // also NaN
      this.partPower += value * value;
      const weighted = this.filters[channel]!.next(value);
      this.stepPower += weighted * weighted;
    }
    this.frames++;
    if (this.frames % partFrames === 0) this.endPart();
    if (this.frames % stepFrames === 0) this.endStep();
  }

  finish(): SoundMeasures {
    const seconds = this.frames / soundRateHz;
    this.endSilence(seconds);
    return { loudnessLufs: this.integrated(), power: Float32Array.from(this.power), silent: this.silent, seconds };
  }

  private endPart(): void {
    const isSilent = this.partPower / partFrames / this.channels <= 10 ** (silentDb / 10);
    const start = (this.frames - partFrames) / soundRateHz;
    if (isSilent) this.silentSince ??= start;
    else this.endSilence(start);
    this.partPower = 0;
  }

  private endSilence(endSeconds: number): void {
    if (this.silentSince !== undefined && endSeconds - this.silentSince >= this.leastSilentSeconds)
      this.silent.push({ startSeconds: this.silentSince, endSeconds });
    this.silentSince = undefined;
  }

  private endStep(): void {
    const power = this.stepPower / stepFrames;
    this.steps[this.power.length % 4] = power;
    this.power.push(power);
    this.stepPower = 0;
    if (this.power.length < 4) return;
    const mean = (this.steps[0]! + this.steps[1]! + this.steps[2]! + this.steps[3]!) / 4;
    const bin = Math.floor((lufs(mean) + 70) * 10);
    if (!(bin >= 0)) return;
    const at = Math.min(bins - 1, bin);
    this.counts[at]!++;
    this.sums[at]! += mean;
  }

  private integrated(): number | null {
    const meanFrom = (first: number) => {
      let [count, sum] = [0, 0];
      for (let at = Math.max(0, first); at < bins; at++) {
        count += this.counts[at]!;
        sum += this.sums[at]!;
      }
      return count === 0 ? null : lufs(sum / count);
    };
    const ungated = meanFrom(0);
    return ungated === null ? null : meanFrom(Math.floor((ungated - 10 + 70) * 10));
  }
}

export const lufs = (power: number): number => -0.691 + 10 * Math.log10(power);

/** A shelf, then a high pass; coefficients of BS.1770-4 tables 1 and 2. */
class KWeighting {
  private x1 = 0;
  private x2 = 0;
  private y1 = 0;
  private y2 = 0;
  private z1 = 0;
  private z2 = 0;

  next(x: number): number {
    const y =
      1.53512485958697 * x -
      2.69169618940638 * this.x1 +
      1.19839281085285 * this.x2 +
      1.69065929318241 * this.y1 -
      0.73248077421585 * this.y2;
    const z = y - 2 * this.y1 + this.y2 + 1.99004745483398 * this.z1 - 0.99007225036621 * this.z2;
    this.x2 = this.x1;
    this.x1 = x;
    this.y2 = this.y1;
    this.y1 = y;
    this.z2 = this.z1;
    this.z1 = z;
    return z;
  }
}
