import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { analyzeRecording, Failure } from '#contracts';
import { type JobHandler, usage } from '#platform';
import { minutesOf, RecordingStore, type StoredAnalysis } from '../recordings/recording.store.ts';
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
      case 'done':
        return this.finish(sha256, run);
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
    return run.complete({ sha256 }, async (tx) => {
      await RecordingStore.save(tx, sha256, analyzed);
      await count(tx, run, analyzed.analysis);
    });
  }

  /** Another job has analysed the same bytes; they count in full for this owner too. */
  private async finish(sha256: string, run: Run): ReturnType<Handle> {
    const analysis = (await this.recordings.find(sha256))?.analysis;
    if (!analysis) throw deleted();
    return run.complete({ sha256 }, async (tx) => {
      await RecordingStore.fillTracks(tx, sha256);
      await count(tx, run, analysis);
    });
  }
}

/** In the transaction that ends the job: once for each job, however many attempts it took. */
const count = (tx: EntityManager, { ownerId }: Run, analysis: StoredAnalysis) =>
  usage.record(tx, ownerId, 'audioMinutes', minutesOf(analysis));

const deleted = () => new Failure('track-not-found', 'The track was deleted: there is nothing to analyse.');
