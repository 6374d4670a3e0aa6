/** Those who hear the decoded sound, chunk by chunk, as it comes out of ffmpeg's pipes. */
import { channelRoles } from '../level/channels.ts';
import { type Levels, LoudnessMeter } from '../level/loudness-meter.ts';
import { type AnalysisProfile, type MusicAnalysis, MusicAnalyzer } from '../music/music-analyzer.ts';
import { PeakCollector, type WaveformPeaks } from '../waveform/peaks.ts';
import { FrameAssembler } from './frames.ts';
import { readWavHeader, type WavHeader } from './wav-header.ts';

export interface NativeSound extends Levels {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationSeconds: number;
  readonly waveform: WaveformPeaks;
}

/** Hears the sound as it was recorded: every channel, at its own rate. The format comes from the stream itself. */
export class NativeListener {
  private head: Buffer | null = Buffer.alloc(0);
  private header: WavHeader | null = null;
  private hearing: Hearing | null = null;

  get secondsHeard(): number {
    return this.hearing ? this.hearing.frames / this.header!.sampleRateHz : 0;
  }

  hear(bytes: Buffer): void {
    if (this.hearing) this.hearing.hear(bytes);
    else this.hearHead(bytes);
  }

  private hearHead(bytes: Buffer): void {
    const head = Buffer.concat([this.head!, bytes]);
    this.header = readWavHeader(head);
    this.head = this.header ? null : head;
    if (!this.header) return;
    this.hearing = new Hearing(this.header);
    this.hearing.hear(head.subarray(this.header.dataOffset));
  }

  /** @returns null when not a single frame came */
  finish(): NativeSound | null {
    if (!this.hearing || this.hearing.frames === 0) return null;
    const { sampleRateHz, channels } = this.header!;
    return { sampleRateHz, channels, durationSeconds: this.secondsHeard, ...this.hearing.finish() };
  }
}

class Hearing {
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

  hear(bytes: Buffer): void {
    const samples = this.assembler.push(bytes);
    this.meter.push(samples);
    this.peaks.push(samples);
    this.frames += samples.length / this.channels;
  }

  finish(): Levels & { waveform: WaveformPeaks } {
    return { ...this.meter.finish(), waveform: this.peaks.finish() };
  }
}

/** Hears the sound mixed down for the analysis of music. */
export class MusicListener {
  private readonly assembler = new FrameAssembler(1);
  private readonly analyzer: MusicAnalyzer;
  private samples = 0;

  constructor(profile: AnalysisProfile) {
    this.analyzer = new MusicAnalyzer({ profile });
  }

  get secondsHeard(): number {
    return this.samples / MusicAnalyzer.sampleRateHz;
  }

  hear(bytes: Buffer): void {
    const samples = this.assembler.push(bytes);
    this.samples += samples.length;
    this.analyzer.push(samples);
  }

  finish(): MusicAnalysis {
    return this.analyzer.finish();
  }
}
