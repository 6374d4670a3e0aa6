/** Extracts features from the chunks of decoded audio that ffmpeg writes. */

import { TimbreExtractor } from '../../similarity/timbre.ts';
import { channelRoles } from '../level/channels.ts';
import { type Levels, LoudnessMeter } from '../level/loudness-meter.ts';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from '../music/music-analyzer.ts';
import { sanitizeSample } from '../sanitize-sample.ts';
import { PeakCollector, type WaveformPeaks } from '../waveform/peaks.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { readWavHeader, type WavHeader } from './wav-header.ts';

export interface NativeFeatures extends Levels {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationSeconds: number;
  readonly waveform: WaveformPeaks;
}

/** Measures every channel at the recording's own sample rate. The format comes from the stream's WAV header. */
export class NativeExtractor {
  private head: Buffer | null = Buffer.alloc(0);
  private header: WavHeader | null = null;
  private meters: NativeMeters | null = null;

  get secondsReceived(): number {
    return this.meters ? this.meters.frames / this.header!.sampleRateHz : 0;
  }

  push(bytes: Buffer): void {
    if (this.meters) this.meters.push(bytes);
    else this.pushHead(bytes);
  }

  private pushHead(bytes: Buffer): void {
    const head = Buffer.concat([this.head!, bytes]);
    this.header = readWavHeader(head);
    this.head = this.header ? null : head;
    if (!this.header) return;
    this.meters = new NativeMeters(this.header);
    this.meters.push(head.subarray(this.header.dataOffset));
  }

  /** @returns null when no frame was received */
  finish(): NativeFeatures | null {
    if (!this.meters || this.meters.frames === 0) return null;
    const { sampleRateHz, channels } = this.header!;
    return { sampleRateHz, channels, durationSeconds: this.secondsReceived, ...this.meters.finish() };
  }
}

class NativeMeters {
  frames = 0;
  private readonly channels: number;
  private readonly assembler: FrameAssembler;
  private readonly meter: LoudnessMeter;
  private readonly peaks: PeakCollector;

  constructor({ channels, sampleRateHz, channelMask }: WavHeader) {
    this.channels = channels;
    this.assembler = new FrameAssembler(channels);
    this.meter = new LoudnessMeter({ sampleRateHz, channelLayout: channelRoles(channels, channelMask) });
    this.peaks = new PeakCollector({ sampleRateHz, channels });
  }

  push(bytes: Buffer): void {
    const samples = this.assembler.push(bytes);
    this.meter.push(samples);
    this.peaks.push(samples);
    this.frames += samples.length / this.channels;
  }

  finish(): Levels & { waveform: WaveformPeaks } {
    return { ...this.meter.finish(), waveform: this.peaks.finish() };
  }
}

/** Passes the mono mix to the music analysis. */
export class MusicExtractor {
  private readonly assembler = new FrameAssembler(1);
  private readonly analyzer: MusicAnalyzer;
  private readonly timbre: TimbreExtractor | null;
  private samples = 0;
  private squares = 0;

  constructor(profile: AnalysisProfile) {
    this.analyzer = new MusicAnalyzer({ profile });
    this.timbre = profile === 'full' ? new TimbreExtractor(MusicAnalyzer.sampleRateHz) : null;
  }

  get secondsReceived(): number {
    return this.samples / MusicAnalyzer.sampleRateHz;
  }

  /** Mean square of the samples. */
  get power(): number {
    return this.squares / Math.max(1, this.samples);
  }

  push(bytes: Buffer): void {
    const samples = this.assembler.push(bytes);
    this.samples += samples.length;
    for (const sample of samples) this.squares += sanitizeSample(sample) ** 2;
    this.analyzer.push(samples);
    this.timbre?.push(samples);
  }

  finish(): MusicAnalysis & { readonly timbre: readonly number[] | null } {
    return { ...this.analyzer.finish(), timbre: this.timbre?.finish() ?? null };
  }
}
