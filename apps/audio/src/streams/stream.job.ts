import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type encodeTrackStream, Failure, failures } from '#contracts';
import { afterCommit, type JobHandler, usage } from '#platform';
import { RecordingStore } from '../recordings/recording.store.ts';
import { streamSeconds, streamsMade } from './stream.metrics.ts';
import { StreamStore } from './stream.store.ts';
import { StreamEncoder } from './stream-encoder.service.ts';
import { TrackStreamStore } from './track-stream.store.ts';

/** The job that encodes the same stream wakes the waiting one when its attempt ends; this is for a wake-up that was lost. */
const longestWaitMs = 60_000;
const waitForProgramsMs = 10_000;

type Handle = JobHandler<typeof encodeTrackStream>;
type Run = Parameters<Handle>[1];

@Injectable() // encodes once for all tracks of the same bytes; a second job with the same stream waits in the queue
export class StreamJob {
  constructor(
    private readonly streams: StreamStore,
    private readonly recordings: RecordingStore,
    private readonly encoder: StreamEncoder,
  ) {}

  readonly run: Handle = async ({ streamId }, run) => {
    const claim = await this.streams.claim(streamId, run.jobId);
    if (claim.state === 'held') return run.defer({ phase: 'waiting', waitsFor: claim.jobId, atMostMs: longestWaitMs });
    if (claim.state === 'forgotten') throw deleted(); // as when a deleted stream's job is run again
    if (claim.state === 'claimed') return this.encode(streamId, run);
    const count = () => streamsMade.inc({ result: 'shared' });
    return run.complete({ streamId }, async (tx) => {
      await finish(tx, run, await StreamStore.lock(tx, streamId));
      afterCommit(tx, count);
    });
  };

  /** While ffmpeg cannot run, the job waits and no attempt is counted. */
  private async encode(streamId: string, run: Run): ReturnType<Handle> {
    const sha256 = await this.streams.sourceOf(streamId);
    const recording = sha256 === undefined ? null : await this.recordings.find(sha256);
    if (!recording) throw deleted();
    run.progress('encoding', 0);
    const startedAt = performance.now();
    const { jobId, signal } = run;
    const onPercent = (percent: number) => run.progress('encoding', percent);
    const encoded = await this.encoder.encode(recording, { streamId, jobId, signal, onPercent }).catch((error: unknown) => {
      if (!signal.aborted && failures[Failure.from(error).code].status < 499) streamsMade.inc({ result: 'failed' });
      throw error;
    });
    if (!encoded) return run.defer({ phase: 'waiting', atMostMs: waitForProgramsMs });
    const count = () => {
      streamsMade.inc({ result: 'encoded' });
      streamSeconds.observe((performance.now() - startedAt) / 1_000);
    };
    return run.complete({ streamId }, async (tx) => {
      await finish(tx, run, await StreamStore.complete(tx, streamId, jobId));
      afterCommit(tx, count);
    });
  }
}

/** The bytes count in full for each owner, from when the stream is complete. */
async function finish(tx: EntityManager, { jobId }: Run, bytes: number): Promise<void> {
  const ownerId = await TrackStreamStore.finish(tx, jobId);
  if (ownerId !== undefined) await usage.record(tx, ownerId, 'storageBytes', bytes);
}

const deleted = () => new Failure('rendition-not-found', 'The stream was deleted: there is nothing to encode.');
