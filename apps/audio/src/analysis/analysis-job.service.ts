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

/** Maximum deferral. The job that holds the claim wakes the deferred one when its attempt ends; this covers a lost wake-up. */
const maxWaitMs = 60_000;

type Handle = JobHandler<typeof analyzeRecording>;

@Injectable() // analyses a recording once for all tracks that share it; a second job with the same content is deferred
export class AnalysisJob {
  constructor(
    private readonly recordings: RecordingStore,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(AUDIO_CONFIG) private readonly config: AudioConfig,
  ) {}

  readonly run: Handle = async ({ sha256 }, run) => {
    const claim = await this.recordings.claim(sha256, run.jobId);
    switch (claim.state) {
      case 'held':
        return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: maxWaitMs });
      case 'analyzed':
        return run.complete({ sha256 });
      case 'forgotten': // for example: the job of a deleted track is retried
        throw new Failure('track-not-found', 'The track was deleted.');
      case 'claimed': {
        const measured = await this.measure(sha256, (percent) => run.progress('analyzing', percent), run.signal);
        return run.complete({ sha256 }, (tx) => RecordingStore.save(tx, sha256, measured));
      }
    }
  };

  private measure(sha256: string, onPercent: (percent: number) => void, signal: AbortSignal): Promise<RecordedAnalysis> {
    return this.blobs.withLocalFile(sha256, async (path) => {
      const { media } = (await this.recordings.find(sha256)) ?? {};
      const expectedSeconds = media?.durationSeconds ?? 0;
      const progress = new Int32Array(new SharedArrayBuffer(4));
      const progressTimer = setInterval(() => onPercent(Atomics.load(progress, 0)), 500);
      try {
        const { FFMPEG_PATH: ffmpegPath, AUDIO_ANALYSIS_TIMEOUT_MS: timeoutMs, AUDIO_MAX_DURATION_SECONDS: maxSeconds } = this.config;
        return toRecordedAnalysis(
          await this.compute.run(
            analyzeFile,
            { path, profile: 'full', ffmpegPath, timeoutMs, maxSeconds, expectedSeconds, progress },
            { signal },
          ),
        );
      } finally {
        clearInterval(progressTimer);
      }
    });
  }
}

function toRecordedAnalysis({ waveform, sampleRateHz, channels, decoderCpuSeconds: _, ...measured }: AnalysisOutput): RecordedAnalysis {
  if (!waveform || !sampleRateHz || !channels) throw new Failure('media-undecodable', 'No audio could be decoded from this file.');
  const analysis = trackAnalysis.parse({ ...measured, sampleRateHz, channels, analyzedAt: new Date().toISOString() });
  return { analysis, waveform };
}
