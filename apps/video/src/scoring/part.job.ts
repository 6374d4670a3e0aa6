import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Compute } from '#compute';
import { Failure, type readScorePart } from '#contracts';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { PartStore } from './part.store.ts';
import { encodeColumns } from './part-columns.ts';
import { readLines } from './read-body.ts';
import { threadEngine } from './score-engine.ts';
import { SCORING_CONFIG, type ScoringConfig } from './scoring.config.ts';

/** All columns of a body, at most. */
const columnsMaxBytes = 640 * 1_048_576;

@Injectable() // reads a part of a body into columns for the copy of the service that scores it
export class ScorePartJob {
  constructor(
    private readonly compute: Compute,
    private readonly parts: PartStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'WORKER_THREADS'>,
  ) {}

  readonly run: JobHandler<typeof readScorePart> = async (
    { blobSha256, startByte, endByte, firstLine, names, groupBy, deadlineAtMs },
    run,
  ) => {
    const leftMs = deadlineAtMs - Date.now();
    if (leftMs <= 0) throw nobodyWaits();
    const deadline = AbortSignal.timeout(leftMs);
    const signal = AbortSignal.any([run.signal, deadline]);
    const engine = threadEngine(this.compute, this.config.WORKER_THREADS, signal);
    const { stream } = await this.blobs.openRead(blobSha256, { start: startByte, end: endByte - 1 });
    try {
      const partFrom = startByte === 0 ? undefined : firstLine;
      const { rows, refusedCount, badLines } = await readLines(stream as AsyncIterable<Uint8Array>, { names, groupBy }, engine, partFrom);
      const columns = Readable.from(encodeColumns(rows));
      const { sha256, sizeBytes } = await this.blobs.write(columns, { maxBytes: columnsMaxBytes, signal });
      const part = { sha256, sizeBytes, rowCount: rows.rowCount, refusedCount, badLines: [...badLines] };
      return run.complete(part, (tx) => this.parts.hold(tx, run, part));
    } catch (error) {
      throw deadline.aborted ? nobodyWaits(error) : error;
    } finally {
      stream.destroy();
    }
  };
}

/** Not tried again. */
const nobodyWaits = (cause?: unknown) => new Failure('cancelled', 'The run that asked for this part has ended.', { cause });
