import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, trackAnalysis } from '#contracts';
import { demuxerOf, withPrograms } from '#media';
import { BLOBS } from '#platform';
import type { BlobStore } from '#storage';
import type { MediaInfo } from '../media/media-info.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import type { RecordedAnalysis } from '../recordings/recording.store.ts';
import { fingerprintFile } from '../similarity/fingerprint.ts';
import { ANALYSIS_CONFIG, type AnalysisConfig } from './analysis.config.ts';
import type { AnalysisInput, AnalysisOutput } from './pipeline/analysis.worker.ts';

const analyzeFile = task<AnalysisInput, AnalysisOutput>('./pipeline/analysis.worker', import.meta.url);
const storedAnalysis = trackAnalysis.omit({ warnings: true });
const progressIntervalMs = 100;
/** Of the work: until everything is decoded and measured; then comes the fingerprint. */
const measuredPercent = 95;

export interface AnalyzeRecordingOptions {
  readonly signal: AbortSignal;
  /** Called ten times a second; in [0, 100], and it does not fall. */
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
  analyze(sha256: string, media: MediaInfo, options: AnalyzeRecordingOptions): Promise<RecordedAnalysis | undefined> {
    return withPrograms(this.programs, () =>
      this.blobs.withLocalFile(sha256, async (path) => {
        const recorded = await this.measure(path, media, options);
        options.onPercent(measuredPercent);
        return { ...recorded, features: { ...recorded.features, fingerprint: await this.fingerprint(path, media, options.signal) } };
      }),
    );
  }

  /** @returns undefined where ffmpeg makes none: the analysis stands without it, and it is tried again when copies are asked for */
  private fingerprint(path: string, media: MediaInfo, signal: AbortSignal): Promise<Uint32Array | undefined> {
    const options = {
      tools: this.programs.tools,
      demuxers: [demuxerOf[media.container]],
      timeoutMs: this.config.AUDIO_ANALYSIS_TIMEOUT_MS,
      signal,
    };
    return fingerprintFile(path, options).catch((error: unknown) => {
      if (signal.aborted || (error instanceof Failure && error.code === 'service-unavailable')) throw error;
      return undefined;
    });
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
    const reporter = setInterval(() => onPercent((measuredPercent * Atomics.load(progress, 0)) / 100), progressIntervalMs);
    try {
      return conclude(await this.compute.run(analyzeFile, input, { signal }));
    } finally {
      clearInterval(reporter);
    }
  }
}

function conclude({ waveform, sampleRateHz, channels, timbre, decoderCpuSeconds: _, ...measured }: AnalysisOutput): RecordedAnalysis {
  if (!waveform || !sampleRateHz || !channels) throw new Failure('media-undecodable', 'The file has no audio that can be decoded.');
  const analysis = storedAnalysis.parse({ ...measured, sampleRateHz, channels, analyzedAt: new Date().toISOString() });
  return { analysis, waveform, features: { timbre } };
}
