import { Inject, Injectable } from '@nestjs/common';
import { Failure, type FailureCode, failures, type Job, type loadDocumentsJob, prepareLoadPartJob } from '#contracts';
import { BLOBS, Database, JobFeed, type JobHandler, JobStore } from '#platform';
import type { BlobStore } from '#storage';
import type { Chunk } from './cut-records.ts';
import type { LoadRow } from './load.store.ts';
import { type KeptPart, type LoadPart, LoadPartStore } from './load-part.store.ts';
import { decodeChunks, type PreparedChunk } from './prepared-chunk.ts';

export const LOAD_LIMITS = Symbol('limits of loads');

export interface LoadLimits {
  /** Documents that are analysed at once and written in one transaction. */
  readonly chunkBytes: number;
  /** Loads of more bytes are prepared in parts, by all copies of the service; handing parts over would cost others more CPU than it saves time. */
  readonly sharedBytes: number;
  readonly partBytes: number;
  /** Parts that a copy prepares at a time: the next one begins while the last documents of the one before are analysed. */
  readonly partsAtOnce: number;
  /** Parts of a load that are prepared, or wait to be written, at a time. */
  readonly partsAhead: number;
  /** A load leaves its turn to others when a part takes longer; it comes back after `restMs`. */
  readonly patienceMs: number;
  readonly restMs: number;
}

export const loadLimits: LoadLimits = {
  chunkBytes: 256 * 1_024,
  sharedBytes: 4 * 1_048_576,
  partBytes: 1_048_576,
  partsAtOnce: 2,
  partsAhead: 16,
  patienceMs: 120_000,
  restMs: 15_000,
};

/** A part has not been prepared in time: its owner may be suspended, or all copies are busy. */
export class PartsWaiting extends Error {
  override readonly name = 'PartsWaiting';
}

type Run = Pick<Parameters<JobHandler<typeof loadDocumentsJob>>[1], 'ownerId' | 'context' | 'signal'>;
type Prepared = PreparedChunk & { /** The chunk is the last one of its part. */ readonly endsPart: boolean };

@Injectable() // has the parts of a load prepared, by a job for each, and gives their chunks out in the order of the file
export class LoadParts {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobStore,
    private readonly feed: JobFeed,
    private readonly store: LoadPartStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(LOAD_LIMITS) private readonly limits: LoadLimits,
  ) {}

  /** Those that an attempt before has begun with, from where the load stands. */
  async begun({ id, byteOffset }: LoadRow): Promise<KeptPart[]> {
    return (await this.store.ofLoad(id)).filter(({ end }) => end > byteOffset);
  }

  /**
   * @param begun parts that were begun before @param chunks what follows them, a part each
   * @throws PartsWaiting; Failure what a part failed with
   */
  async *prepareAhead(
    load: LoadRow,
    { begun, chunks, columns }: { begun: readonly KeptPart[]; chunks: AsyncIterable<Chunk>; columns: readonly string[] | null },
    run: Run,
  ): AsyncGenerator<Prepared> {
    const ahead: LoadPart[] = [];
    for (const part of begun) ahead.push(await this.resume(load, part, run));
    for await (const { start, end, line, lines } of chunks) {
      while (ahead.length >= this.limits.partsAhead) yield* this.chunksOf(load, ahead.shift()!, run);
      ahead.push(await this.begin(load, { start, end, line, lines, columns }, run));
    }
    for (const part of ahead) yield* this.chunksOf(load, part, run);
  }

  private begin({ id, collectionId }: LoadRow, part: Omit<LoadPart, 'jobId'>, { ownerId, context }: Run): Promise<LoadPart> {
    const input = { loadId: id, startByte: part.start };
    return this.database.transaction(async (tx) => {
      const order = { ownerId, input, subject: { collectionId, loadId: id }, context };
      const { id: jobId } = await this.jobs.enqueue(tx, prepareLoadPartJob, order);
      if (!(await LoadPartStore.put(tx, id, { ...part, jobId }))) throw overtaken();
      return { ...part, jobId };
    });
  }

  /** A job that has failed, or was cancelled, is followed by another one; that of a part which is prepared may be forgotten. */
  private async resume(load: LoadRow, part: KeptPart, run: Run): Promise<LoadPart> {
    if (part.sha256) return part;
    const job = (await this.jobs.findMany([part.jobId], run.ownerId)).get(part.jobId);
    return job && job.state !== 'failed' && job.state !== 'cancelled' ? part : this.begin(load, part, run);
  }

  private async *chunksOf({ id, byteOffset }: LoadRow, { start, end, jobId }: LoadPart, run: Run): AsyncGenerator<Prepared> {
    const kept = async () => (await this.store.ofJob(id, start, jobId))?.sha256;
    let sha256 = await kept();
    if (!sha256) {
      await this.ended(jobId, run);
      sha256 = await kept();
    }
    if (!sha256) throw overtaken();
    const { stream } = await this.blobs.openRead(sha256);
    try {
      for await (const chunk of decodeChunks(stream as AsyncIterable<Uint8Array>))
        if (chunk.chunk.start >= byteOffset) yield { ...chunk, endsPart: chunk.chunk.end >= end }; // those before were written by an attempt before
    } finally {
      stream.destroy();
    }
  }

  private async ended(jobId: string, { ownerId, signal }: Run): Promise<void> {
    const patience = AbortSignal.timeout(this.limits.patienceMs);
    for await (const { job } of this.feed.watch(jobId, ownerId, 0, AbortSignal.any([signal, patience]))) {
      if (job.state === 'succeeded') return;
      if (job.state === 'failed') throw failureOf(job);
      if (job.state === 'cancelled') throw new Failure('service-unavailable', 'A part of the load was given up.', { retryAfterSeconds: 1 });
    }
    signal.throwIfAborted();
    throw new PartsWaiting();
  }
}

export const overtaken = () => new Failure('service-unavailable', 'Another worker has taken this load over.', { retryAfterSeconds: 1 });

function failureOf({ reason }: Job): Failure {
  if (reason && Object.hasOwn(failures, reason.code)) return new Failure(reason.code as FailureCode, reason.message);
  return new Failure('internal', 'A part of the load could not be prepared.', { cause: reason });
}
