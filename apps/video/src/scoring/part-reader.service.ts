import { Inject, Injectable } from '@nestjs/common';
import { Failure, type FailureCode, type Job, readScorePart, scoreGroupsMax, scorePartRows } from '#contracts';
import { BLOBS, Database, JobFeed, JobStore, requireCall, requireSubject } from '#platform';
import type { BlobStore } from '#storage';
import { RowBlocks } from './merge-blocks.ts';
import { decodeColumns } from './part-columns.ts';
import { type BodyPart, planParts } from './plan-parts.ts';
import { addBlock, type ReadBody, requireRows, type ToldLine } from './read-body.ts';
import { keptBadLines, type ScoreFields } from './row-spool.ts';

const mostParts = 40;
/** Failures that the lines cause, the place where they are stored, or a busy system; others are ours. */
const passedOn: ReadonlySet<string> = new Set([
  ...['score-groups-too-many', 'payload-too-large', 'file-lost', 'storage-full'],
  ...['deadline-exceeded', 'service-unavailable', 'overloaded'],
]);

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
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** The same rows as `readBody`. @throws Failure the same, and `deadline-exceeded`; `internal` when a part fails on every attempt */
  async read({ blobSha256, fields, signal }: Reading): Promise<ReadBody> {
    const { stream } = await this.blobs.openRead(blobSha256);
    const parts = await planParts(stream as AsyncIterable<Uint8Array>, { leastLines: scorePartRows, mostParts });
    if (signal.aborted) throw notInTime(signal);
    const jobs = await this.enqueue(parts, blobSha256, fields);
    try {
      return requireRows(await this.collect(jobs, fields, signal));
    } catch (error) {
      await Promise.allSettled(jobs.map(({ id }) => this.jobs.cancelIfOpen(id, requireSubject())));
      throw error;
    }
  }

  private enqueue(parts: readonly BodyPart[], blobSha256: string, { names, groupBy }: ScoreFields): Promise<Job[]> {
    const [ownerId, { requestId, traceparent }] = [requireSubject(), requireCall()];
    return this.database.transaction(async (tx) => {
      const jobs: Job[] = [];
      for (const { startByte, endByte, firstLine } of parts) {
        const input = { blobSha256, startByte, endByte, firstLine, names: [...names], groupBy };
        jobs.push(await this.jobs.enqueue(tx, readScorePart, { ownerId, input, context: { requestId, traceparent } }));
      }
      return jobs;
    });
  }

  /** In the order of the body, so that groups and sums come out as if one process had read it. */
  private async collect(jobs: readonly Job[], fields: ScoreFields, signal: AbortSignal): Promise<ReadBody> {
    const blocks = new RowBlocks({ maxGroups: scoreGroupsMax });
    const badLines: ToldLine[] = [];
    let refusedCount = 0;
    for (const { id } of jobs) {
      const part = readScorePart.output.parse(await this.resultOf(id, signal));
      const { stream } = await this.blobs.openRead(part.sha256);
      addBlock(blocks, decodeColumns(Buffer.concat(await stream.toArray())));
      badLines.push(...part.badLines.slice(0, keptBadLines - badLines.length));
      refusedCount += part.refusedCount;
    }
    return { rows: blocks.merge(fields.names.length), refusedCount, badLines };
  }

  private async resultOf(jobId: string, signal: AbortSignal): Promise<unknown> {
    for await (const { job } of this.feed.watch(jobId, requireSubject(), 0, signal)) {
      if (job.state === 'succeeded') return job.result;
      if (job.state === 'failed') throw failureOf(job);
      if (job.state === 'cancelled') throw new Failure('cancelled', 'A part of the run was cancelled.');
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
