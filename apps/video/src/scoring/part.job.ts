import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Compute } from '#compute';
import type { readScorePart } from '#contracts';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
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
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(SCORING_CONFIG) private readonly config: Pick<ScoringConfig, 'WORKER_THREADS'>,
  ) {}

  readonly run: JobHandler<typeof readScorePart> = async ({ blobSha256, startByte, endByte, firstLine, names, groupBy }, run) => {
    const engine = threadEngine(this.compute, this.config.WORKER_THREADS, run.signal);
    const { stream } = await this.blobs.openRead(blobSha256, { start: startByte, end: endByte - 1 });
    try {
      const partFrom = startByte === 0 ? undefined : firstLine;
      const { rows, refusedCount, badLines } = await readLines(stream as AsyncIterable<Uint8Array>, { names, groupBy }, engine, partFrom);
      const columns = Readable.from(encodeColumns(rows));
      const { sha256, sizeBytes } = await this.blobs.write(columns, { maxBytes: columnsMaxBytes, signal: run.signal });
      return run.complete({ sha256, sizeBytes, rowCount: rows.rowCount, refusedCount, badLines: [...badLines] });
    } finally {
      stream.destroy();
    }
  };
}
