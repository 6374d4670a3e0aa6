import { Injectable } from '@nestjs/common';
import { Failure, type InputOf, type Job, runVideoBenchmark } from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { queryRows } from '#storage';

const keepDays = 7;

@Injectable() // starts benchmarks of the video service
export class VideoBenchmarks {
  constructor(
    private readonly jobs: JobStore,
    private readonly database: Database,
  ) {}

  /** Lets old reports go as well. */
  start(input: InputOf<typeof runVideoBenchmark>): Promise<Job> {
    const { requestId, traceparent } = requireCall();
    return this.database.transaction(async (tx) => {
      await queryRows(
        tx,
        `DELETE FROM blobs.reference WHERE holder LIKE 'video.benchmark:%' AND held_at < now() - make_interval(days => $1)`,
        [keepDays],
      );
      return this.jobs.enqueue(tx, runVideoBenchmark, { ownerId: requireSubject(), input, context: { requestId, traceparent } });
    });
  }

  /** @throws Failure benchmark-expired */
  async requireReport(benchmarkId: string): Promise<void> {
    const held = await queryRows(this.database.source, 'SELECT 1 FROM blobs.reference WHERE holder = $1', [
      `video.benchmark:${benchmarkId}`,
    ]);
    if (held.length === 0) throw new Failure('benchmark-expired', 'The report was kept for seven days.');
  }
}
