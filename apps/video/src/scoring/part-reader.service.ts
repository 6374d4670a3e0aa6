import { Inject, Injectable } from '@nestjs/common';
import { Failure, type FailureCode, type Job, type OutputOf, readScorePart, scoreGroupsMax, scorePartRows } from '#contracts';
import { BLOBS, Database, JobFeed, JobStore, requireCall, requireSubject, usage } from '#platform';
import type { BlobStore } from '#storage';
import { RowBlocks } from './merge-blocks.ts';
import { PartStore } from './part.store.ts';
import { decodeColumns } from './part-columns.ts';
import { type BodyPart, planParts } from './plan-parts.ts';
import { addBlock, type ReadBody, requireRows, type ToldLine } from './read-body.ts';
import { keptBadLines, type ScoreFields } from './row-spool.ts';

const mostParts = 40;
/** Failures that the lines cause, the place where they are stored, or a busy system; others are ours. */
const passedOn: ReadonlySet<string> = new Set([
  ...['score-groups-too-many', 'payload-too-large', 'file-lost', 'storage-full', 'quota-exceeded'],
  ...['deadline-exceeded', 'service-unavailable', 'overloaded'],
]);

type PartOfRows = OutputOf<typeof readScorePart>;

interface Reading {
  readonly blobSha256: string;
  readonly fields: ScoreFields;
  readonly signal: AbortSignal;
}

@Injectable() // reads a body on all copies of the service: a job for each part, which gets and gives references to blobs
export class PartReader {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
    private readonly feed: JobFeed,
    private readonly store: PartStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /**
   * Waits for all parts, with nothing of them in memory, then calls `use`, which collects the same rows as `readBody`. What is stored of the parts is given
   * back when `use` has ended.
   *
   * @throws Failure the same as `readBody`, `quota-exceeded` and `deadline-exceeded`; `internal` when a part fails on every attempt; what `use` throws
   */
  async read<T>({ blobSha256, fields, signal }: Reading, use: (collect: () => Promise<ReadBody>) => Promise<T>): Promise<T> {
    const { stream } = await this.blobs.openRead(blobSha256);
    const planned = await planParts(stream as AsyncIterable<Uint8Array>, { leastLines: scorePartRows, mostParts });
    if (signal.aborted) throw notInTime(signal);
    const jobs = await this.enqueue(planned, blobSha256, fields);
    try {
      const parts: PartOfRows[] = [];
      for (const { id } of jobs) parts.push(readScorePart.output.parse(await this.resultOf(id, signal)));
      return await use(async () => requireRows(await this.collect(parts, fields)));
    } catch (error) {
      await Promise.allSettled(jobs.map(({ id }) => this.jobs.cancelIfOpen(id, requireSubject())));
      throw error;
    } finally {
      await this.store.release(jobs.map(({ id }) => id)).catch(() => undefined); // released later, as abandoned
    }
  }

  private enqueue(parts: readonly BodyPart[], blobSha256: string, { names, groupBy }: ScoreFields): Promise<Job[]> {
    const [ownerId, { requestId, traceparent, deadlineAtMs }] = [requireSubject(), requireCall()];
    return this.database.transaction(async (tx) => {
      const jobs: Job[] = [];
      for (const { startByte, endByte, firstLine } of parts) {
        const input = { blobSha256, startByte, endByte, firstLine, names: [...names], groupBy, deadlineAtMs };
        jobs.push(await this.jobs.enqueue(tx, readScorePart, { ownerId, input, context: { requestId, traceparent } }));
      }
      for (const [at, { startByte, endByte }] of parts.entries())
        await usage.reserve(tx, { jobId: jobs[at]!.id, ownerId, meter: 'storageBytes', amount: endByte - startByte }); // columns take less than their lines
      return jobs;
    });
  }

  /** In the order of the body, so that groups and sums come out as if one process had read it. */
  private async collect(parts: readonly PartOfRows[], fields: ScoreFields): Promise<ReadBody> {
    const blocks = new RowBlocks({ maxGroups: scoreGroupsMax });
    const badLines: ToldLine[] = [];
    for (const part of parts) {
      const { stream } = await this.blobs.openRead(part.sha256);
      addBlock(blocks, decodeColumns(Buffer.concat(await stream.toArray())));
      badLines.push(...part.badLines.slice(0, keptBadLines - badLines.length));
    }
    const refusedCount = parts.reduce((sum, part) => sum + part.refusedCount, 0);
    return { rows: blocks.merge(fields.names.length), refusedCount, badLines };
  }

  private async resultOf(jobId: string, signal: AbortSignal): Promise<unknown> {
    for await (const { job } of this.feed.watch(jobId, requireSubject(), 0, signal)) {
      if (job.state === 'succeeded') return job.result;
      if (job.state === 'failed') throw failureOf(job);
      if (job.state === 'cancelled') throw new Failure('service-unavailable', 'A part of the run was given up.'); // its owner may not act any more
    }
    throw notInTime(signal);
  }
}

const notInTime = (signal: AbortSignal) =>
  new Failure('deadline-exceeded', 'The parts of the run were not read in time.', { cause: signal.reason });

function failureOf({ reason }: Job): Failure {
  if (reason && passedOn.has(reason.code)) return new Failure(reason.code as FailureCode, reason.message);
  return new Failure('internal', 'A part of the run could not be read.', { cause: reason });
}
