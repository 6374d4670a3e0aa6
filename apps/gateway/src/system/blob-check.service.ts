import { Inject, Injectable } from '@nestjs/common';
import { checkAllBlobs, type Job } from '#contracts';
import { BLOBS, Database, type JobHandler, JobStore, requireCall, requireSubject } from '#platform';
import { checkIntegrity, missingReferences, queryRows, type VerifiedBlobStore } from '#storage';

const maxNames = 100;
/** Share of the reading in the progress, in percent; looking names up is quick. */
const readPercent = 90;

@Injectable() // checks all stored files, as a job
export class BlobCheck {
  constructor(
    @Inject(BLOBS) private readonly blobs: VerifiedBlobStore,
    private readonly jobs: JobStore,
    private readonly database: Database,
  ) {}

  start(): Promise<Job> {
    const { requestId, traceparent } = requireCall();
    const order = { ownerId: requireSubject(), input: {}, context: { requestId, traceparent }, subject: {} };
    return this.database.transaction((tx) => this.jobs.enqueue(tx, checkAllBlobs, order));
  }

  readonly run: JobHandler<typeof checkAllBlobs> = async (_order, run) => {
    const { signal } = run;
    const expected = Math.max(1, await this.#referenced());
    const share = (count: number) => Math.min(1, count / expected);
    run.progress('reading files', 0);
    const stored = await checkIntegrity(this.blobs, {
      signal,
      onProgress: ({ checked }) => run.progress('reading files', readPercent * share(checked)),
    });
    const missing = await missingReferences(this.database.source, this.blobs, {
      limit: maxNames,
      signal,
      onPage: (looked) => run.progress('comparing rows', readPercent + (100 - readPercent) * share(looked)),
    });
    return run.complete({
      files: stored.checked,
      bytes: stored.checkedBytes,
      repaired: stored.repaired,
      damaged: stored.damaged,
      missing: missing.count,
      names: [...stored.damagedNames, ...missing.names].slice(0, maxNames),
    });
  };

  async #referenced(): Promise<number> {
    const [row] = await queryRows<{ files: number }>(
      this.database.source,
      'SELECT count(DISTINCT sha256)::int AS files FROM blobs.reference',
    );
    return row?.files ?? 0;
  }
}
