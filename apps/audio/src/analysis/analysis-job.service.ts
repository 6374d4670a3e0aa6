import { setTimeout as after } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, trackAnalysis } from '#contracts';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { AUDIO_CONFIG, type AudioConfig } from '../config.ts';
import { type RecordedAnalysis, RecordingStore } from '../recordings/recording.store.ts';
import { analyzeRecording } from './analysis.job-kind.ts';
import type { AnalysisInput, AnalysisOutput } from './pipeline/analysis.worker.ts';

const analyzeFile = task<AnalysisInput, AnalysisOutput>('./pipeline/analysis.worker', import.meta.url);

/** A claim outlives a few missed renewals, and a dead worker's claim keeps the next one waiting no longer than this. */
const claimMs = 10_000;
const renewMs = 3_000;

type Handle = JobHandler<typeof analyzeRecording>;

@Injectable() // measures a recording, once for everybody who holds it
export class AnalysisJob {
  constructor(
    private readonly recordings: RecordingStore,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(AUDIO_CONFIG) private readonly config: AudioConfig,
  ) {}

  readonly run: Handle = async ({ sha256 }, run) => {
    run.progress('waiting', 0);
    const isOurs = await this.claim(sha256, run.jobId, run.signal);
    if (!isOurs) return run.complete({ sha256 });
    const stopRenewing = this.keepClaim(sha256, run.jobId);
    try {
      const measured = await this.measure(sha256, (percent) => run.progress('analyzing', percent), run.signal);
      return run.complete({ sha256 }, (tx) => RecordingStore.save(tx, sha256, measured));
    } catch (error) {
      await this.recordings.release(sha256, run.jobId);
      throw error;
    } finally {
      stopRenewing();
    }
  };

  /**
   * Waits while another job measures the same bytes.
   * @returns false when it has done so: there is nothing left to do
   * @throws Failure `track-not-found` when nobody holds the recording any more, as when a deleted track's job is run again
   */
  private async claim(sha256: string, jobId: string, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      if (await this.recordings.claim(sha256, jobId, claimMs)) return true;
      if (await this.recordings.findAnalysis(sha256)) return false;
      if (!(await this.recordings.find(sha256)))
        throw new Failure('track-not-found', 'The track was deleted: there is nothing to analyse.');
      await after(500, undefined, { signal });
    }
  }

  private keepClaim(sha256: string, jobId: string): () => void {
    const timer = setInterval(() => {
      this.recordings.claim(sha256, jobId, claimMs).catch(() => undefined); // lost for good, another one starts; saving is idempotent
    }, renewMs);
    return () => clearInterval(timer);
  }

  private measure(sha256: string, onPercent: (percent: number) => void, signal: AbortSignal): Promise<RecordedAnalysis> {
    return this.blobs.withLocalFile(sha256, async (path) => {
      const { media } = (await this.recordings.find(sha256)) ?? {};
      const expectedSeconds = media?.durationSeconds ?? 0;
      const progress = new Int32Array(new SharedArrayBuffer(4));
      const watch = setInterval(() => onPercent(Atomics.load(progress, 0)), 500);
      try {
        const { FFMPEG_PATH: ffmpegPath, AUDIO_ANALYSIS_TIMEOUT_MS: timeoutMs, AUDIO_MAX_DURATION_SECONDS: maxSeconds } = this.config;
        return conclude(
          await this.compute.run(
            analyzeFile,
            { path, profile: 'full', ffmpegPath, timeoutMs, maxSeconds, expectedSeconds, progress },
            { signal },
          ),
        );
      } finally {
        clearInterval(watch);
      }
    });
  }
}

function conclude({ waveform, sampleRateHz, channels, decoderCpuSeconds: _, ...measured }: AnalysisOutput): RecordedAnalysis {
  if (!waveform || !sampleRateHz || !channels) throw new Failure('media-undecodable', 'No sound could be decoded from this file.');
  const analysis = trackAnalysis.parse({ ...measured, sampleRateHz, channels, analyzedAt: new Date().toISOString() });
  return { analysis, waveform };
}
