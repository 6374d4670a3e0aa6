import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, trackAnalysis } from '#contracts';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { type RecordedAnalysis, RecordingStore } from '../recordings/recording.store.ts';
import { ANALYSIS_CONFIG, type AnalysisConfig } from './analysis.config.ts';
import { analyzeRecording } from './analysis.job-kind.ts';
import type { AnalysisInput, AnalysisOutput } from './pipeline/analysis.worker.ts';

const analyzeFile = task<AnalysisInput, AnalysisOutput>('./pipeline/analysis.worker', import.meta.url);

/** The job that analyses the same bytes wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;

type Handle = JobHandler<typeof analyzeRecording>;

@Injectable() // analyses a recording once for all tracks that hold it; a second job with the same bytes waits in the queue
export class AnalysisJob {
  constructor(
    private readonly recordings: RecordingStore,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(ANALYSIS_CONFIG) private readonly config: AnalysisConfig,
  ) {}

  readonly run: Handle = async ({ sha256 }, run) => {
    const claim = await this.recordings.claim(sha256, run.jobId);
    switch (claim.state) {
      case 'held':
        return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
      case 'analyzed':
        return run.complete({ sha256 });
      case 'forgotten': // as when a deleted track's job is run again
        throw new Failure('track-not-found', 'The track was deleted: there is nothing to analyse.');
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
