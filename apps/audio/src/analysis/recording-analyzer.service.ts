import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, trackAnalysis } from '#contracts';
import { demuxerOf } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import type { MediaInfo } from '../media/media-info.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import type { RecordedAnalysis } from '../recordings/recording.store.ts';
import { ANALYSIS_CONFIG, type AnalysisConfig } from './analysis.config.ts';
import type { AnalysisInput, AnalysisOutput } from './pipeline/analysis.worker.ts';

const analyzeFile = task<AnalysisInput, AnalysisOutput>('./pipeline/analysis.worker', import.meta.url);
const progressIntervalMs = 500;

export interface AnalyzeRecordingOptions {
  readonly signal: AbortSignal;
  /** Called twice a second with whole percents. */
  readonly onPercent: (percent: number) => void;
}

@Injectable() // analyses the file of one recording on a worker thread
export class RecordingAnalyzer {
  constructor(
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(ANALYSIS_CONFIG) private readonly config: AnalysisConfig,
    private readonly programs: MediaPrograms,
  ) {}

  /** @returns undefined while ffmpeg cannot run */
  async analyze(sha256: string, media: MediaInfo, options: AnalyzeRecordingOptions): Promise<RecordedAnalysis | undefined> {
    if (!(await isFulfilled(this.programs.require()))) return undefined;
    try {
      return await this.blobs.withLocalFile(sha256, (path) => this.measure(path, media, options));
    } catch (error) {
      if (mayLackProgram(error) && !(await isFulfilled(this.programs.requireAnew()))) return undefined;
      throw error;
    }
  }

  private async measure(path: string, media: MediaInfo, { signal, onPercent }: AnalyzeRecordingOptions): Promise<RecordedAnalysis> {
    const progress = new Int32Array(new SharedArrayBuffer(4));
    const input: AnalysisInput = {
      path,
      profile: 'full',
      ffmpegPath: this.programs.tools.ffmpegPath,
      demuxers: [demuxerOf[media.container]],
      timeoutMs: this.config.AUDIO_ANALYSIS_TIMEOUT_MS,
      maxSeconds: this.config.AUDIO_MAX_DURATION_SECONDS,
      expectedSeconds: media.durationSeconds ?? 0,
      progress,
    };
    const reporter = setInterval(() => onPercent(Atomics.load(progress, 0)), progressIntervalMs);
    try {
      return conclude(await this.compute.run(analyzeFile, input, { signal }));
    } finally {
      clearInterval(reporter);
    }
  }
}

/** `internal`: not started. `media-undecodable`: exited with an error, as a wrapper does when it cannot execute the program. */
const mayLackProgram = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'internal' || error.code === 'media-undecodable');

const isFulfilled = (check: Promise<unknown>): Promise<boolean> =>
  check.then(
    () => true,
    () => false,
  );

function conclude({ waveform, sampleRateHz, channels, decoderCpuSeconds: _, ...measured }: AnalysisOutput): RecordedAnalysis {
  if (!waveform || !sampleRateHz || !channels) throw new Failure('media-undecodable', 'The file has no audio that can be decoded.');
  const analysis = trackAnalysis.parse({ ...measured, sampleRateHz, channels, analyzedAt: new Date().toISOString() });
  return { analysis, waveform };
}
