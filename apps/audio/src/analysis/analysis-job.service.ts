import { Injectable } from '@nestjs/common';
import { analyzeRecording, Failure } from '#contracts';
import type { JobHandler } from '#platform';
import { RecordingStore } from '../recordings/recording.store.ts';
import { RecordingAnalyzer } from './recording-analyzer.service.ts';

/** The job that analyses the same bytes wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;
const waitForProgramsMs = 10_000;

type Handle = JobHandler<typeof analyzeRecording>;
type Run = Parameters<Handle>[1];

@Injectable() // analyses a recording once for all tracks that hold it; a second job with the same bytes waits in the queue
export class AnalysisJob {
  constructor(
    private readonly recordings: RecordingStore,
    private readonly analyzer: RecordingAnalyzer,
  ) {}

  readonly run: Handle = async ({ sha256 }, run) => {
    const claim = await this.recordings.claim(sha256, run.jobId);
    switch (claim.state) {
      case 'held':
        return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
      case 'analyzed':
        return run.complete({ sha256 }, (tx) => RecordingStore.fillTracks(tx, sha256));
      case 'forgotten': // as when a deleted track's job is run again
        throw deleted();
      case 'claimed':
        return this.analyze(sha256, run);
    }
  };

  /** While ffmpeg cannot run, the job waits and no attempt is counted. */
  private async analyze(sha256: string, run: Run): ReturnType<Handle> {
    const recording = await this.recordings.find(sha256);
    if (!recording) throw deleted();
    const onPercent = (percent: number) => run.progress('analyzing', percent);
    const analyzed = await this.analyzer.analyze(sha256, recording.media, { signal: run.signal, onPercent });
    if (!analyzed) return run.defer({ phase: 'waiting', atMostMs: waitForProgramsMs });
    return run.complete({ sha256 }, (tx) => RecordingStore.save(tx, sha256, analyzed));
  }
}

const deleted = () => new Failure('track-not-found', 'The track was deleted: there is nothing to analyse.');
