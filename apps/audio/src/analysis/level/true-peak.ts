import { Interpolator, LEAD, TAIL } from './interpolation.ts';

/** Read once: global lookups are slow inside a vm context (Jest). */
const { abs, max } = Math;
const BLOCK = 32;
const HISTORY = LEAD + TAIL;
const CAPACITY = HISTORY + 256 * BLOCK;

/**
 * True peak over all channels: the largest magnitude at and between the samples, by oversampling to at
 * least 192 kHz (ITU-R BS.1770-4 Annex 2). The start is padded with a mirror image of the samples that follow, as
 * libswresample does. At the end, positions with fewer than 32 samples are skipped.
 *
 * The result is exact. A position is interpolated in full only where the samples around it could exceed the current peak.
 */
export class TruePeakMeter {
  private readonly interpolator: Interpolator;
  private readonly channels: ChannelBuffer[];
  private peak = 0;

  constructor(sampleRateHz: number, channels: number) {
    this.interpolator = new Interpolator(Math.max(1, Math.ceil(192_000 / sampleRateHz)));
    this.channels = Array.from({ length: channels }, () => new ChannelBuffer());
  }

  /** Adds the first `frames` samples of one channel; call once per channel for each chunk. */
  push(channel: number, samples: Float64Array, frames: number): void {
    const buffer = this.channels[channel]!;
    for (let from = 0; from < frames; ) {
      from += buffer.fill(samples, from, frames);
      if (buffer.isFull()) this.measure(buffer);
    }
  }

  /** @returns linear amplitude, 1 being full scale; 0 for silence and empty input */
  finish(): number {
    for (const buffer of this.channels) this.measure(buffer);
    return this.peak;
  }

  private measure(buffer: ChannelBuffer): void {
    buffer.mirrorStart();
    this.peak = max(this.peak, buffer.findBlockPeaks());
    if (this.interpolator.positions > 0) this.searchBetween(buffer);
    buffer.keepHistory();
  }

  private searchBetween(buffer: ChannelBuffer): void {
    const last = buffer.length - TAIL;
    for (let block = 0, from = LEAD; from < last; block++, from += BLOCK) {
      const around = buffer.peakAround(block);
      if (around * this.interpolator.maxGain <= this.peak) continue;
      this.peak = this.interpolator.search(buffer.samples, from, Math.min(from + BLOCK, last), around, this.peak);
    }
  }
}

/** Samples of one channel with padding: [LEAD samples of history, new samples, TAIL samples that are not measured yet]. */
class ChannelBuffer {
  readonly samples = new Float64Array(CAPACITY);
  length = LEAD;
  private readonly blockPeaks = new Float64Array(CAPACITY / BLOCK + 4);
  private started = false;

  fill(source: Float64Array, from: number, to: number): number {
    const taken = Math.min(to - from, CAPACITY - this.length);
    this.samples.set(source.subarray(from, from + taken), this.length);
    this.length += taken;
    return taken;
  }

  isFull(): boolean {
    return this.length === CAPACITY;
  }

  mirrorStart(): void {
    if (this.started) return;
    this.started = true;
    const lastIndex = Math.max(LEAD, this.length - 1);
    for (let k = 1; k <= LEAD; k++) this.samples[LEAD - k] = this.samples[Math.min(LEAD + k, lastIndex)]!;
  }

  /** Block 0 of the peaks is the history, block b + 1 the b-th block of new samples. @returns the largest magnitude of all */
  findBlockPeaks(): number {
    this.blockPeaks.fill(0);
    this.blockPeaks[0] = peakOf(this.samples, 0, LEAD);
    let largest = this.blockPeaks[0];
    for (let block = 1, from = LEAD; from < this.length; block++, from += BLOCK) {
      const peak = peakOf(this.samples, from, Math.min(from + BLOCK, this.length));
      this.blockPeaks[block] = peak;
      if (peak > largest) largest = peak;
    }
    return largest;
  }

  /** Largest magnitude that an interpolation within the block reads. */
  peakAround(block: number): number {
    return max(this.blockPeaks[block]!, this.blockPeaks[block + 1]!, this.blockPeaks[block + 2]!);
  }

  keepHistory(): void {
    const keep = Math.min(HISTORY, this.length);
    this.samples.copyWithin(0, this.length - keep, this.length);
    this.length = keep;
  }
}

function peakOf(samples: Float64Array, from: number, to: number): number {
  let peak = 0;
  for (let n = from; n < to; n++) {
    const magnitude = abs(samples[n]!);
    if (magnitude > peak) peak = magnitude;
  }
  return peak;
}
