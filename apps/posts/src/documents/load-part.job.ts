import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { prepareLoadPartJob } from '#contracts';
import { BLOBS, type JobHandler } from '#platform';
import type { BlobStore } from '#storage';
import { ChunkPreparer, maxRecordBytes } from './chunk-preparer.service.ts';
import { cutRecords } from './cut-records.ts';
import { type LoadRow, LoadStore } from './load.store.ts';
import { type KeptPart, LoadPartStore } from './load-part.store.ts';
import { LOAD_LIMITS, type LoadLimits } from './load-parts.service.ts';
import { encodeChunk, type PreparedChunk } from './prepared-chunk.ts';
import { VectorStore } from './vector.store.ts';

/** Analyses are several times as long as their texts. */
const maxPreparedBytes = 2 ** 30;

@Injectable() // prepares a part of a load for the copy of the service that writes its documents
export class LoadPartJob {
  constructor(
    private readonly loads: LoadStore,
    private readonly parts: LoadPartStore,
    private readonly chunks: ChunkPreparer,
    private readonly vectors: VectorStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    @Inject(LOAD_LIMITS) private readonly limits: LoadLimits,
  ) {}

  readonly run: JobHandler<typeof prepareLoadPartJob> = async ({ loadId, startByte }, run) => {
    const [load, part] = [await this.loads.find({ id: loadId }), await this.parts.ofJob(loadId, startByte, run.jobId)];
    if (!load?.sha256 || !part) return run.complete({ sha256: null, documentCount: 0 }); // the load has ended
    let documentCount = 0;
    const count = ({ prepared }: PreparedChunk) => {
      documentCount += prepared.documentCount;
    };
    const prepared = Readable.from(this.encoded(load, part, run.signal, count), { objectMode: false });
    const { sha256 } = await this.blobs.write(prepared, { maxBytes: maxPreparedBytes, signal: run.signal });
    return run.complete({ sha256, documentCount }, (tx) => LoadPartStore.keep(tx, loadId, startByte, run.jobId, sha256));
  };

  private async *encoded(
    load: LoadRow,
    part: KeptPart,
    signal: AbortSignal,
    count: (chunk: PreparedChunk) => void,
  ): AsyncGenerator<Uint8Array> {
    const { start, end, line, columns } = part;
    const { format, collectionId } = load;
    const { stream } = await this.blobs.openRead(load.sha256!, { start, end: end - 1 });
    try {
      const options = { format, start, line, chunkBytes: this.limits.chunkBytes, maxRecordBytes };
      const chunks = cutRecords(stream as AsyncIterable<Uint8Array>, options);
      for await (const chunk of this.chunks.prepareAll(chunks, { format, collectionId, columns }, signal)) {
        await this.vectors.add(chunk.embedded); // from here, so that no other copy embeds the same text
        count(chunk);
        yield* encodeChunk(chunk);
      }
    } finally {
      stream.destroy();
    }
  }
}
