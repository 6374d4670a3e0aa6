import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, type indexVectorsJob } from '#contracts';
import { BLOBS, type JobHandler, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import type { BuiltHnsw, HnswFiles } from './hnsw.ts';
import { ModelStore } from './models/model.store.ts';
import type { VectorModel } from './models/vector-model.ts';
import { type CollectionVectors, VectorStore } from './vector.store.ts';
import { VectorIndexStore } from './vector-index.store.ts';
import { recordBytes } from './vector-records.ts';

const buildIndex = task<HnswFiles, BuiltHnsw>('./build-index.worker', import.meta.url);

const pageVectors = 5_000;
const maxIndexBytes = 64 * 1_024 ** 3;

type Handle = JobHandler<typeof indexVectorsJob>;
type Run = Parameters<Handle>[1];

@Injectable() // builds the approximate index of a collection's vectors, while searches use the one before
export class VectorIndexJob {
  constructor(
    private readonly vectors: VectorStore,
    private readonly indexes: VectorIndexStore,
    private readonly models: ModelStore,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly scratch: ScratchFolders,
  ) {}

  readonly run: Handle = ({ collectionId }, run) =>
    this.scratch.with(async (folder) => {
      const [recordsPath, indexPath] = [join(folder, 'records'), join(folder, 'index')];
      const start = await this.indexes.startingPoint(collectionId);
      const model = (await this.models.ofCollection(collectionId))?.serving;
      if (!start || !model) throw deleted();
      const vectorCount = await this.writeRecords(collectionId, model, recordsPath, run);
      run.progress('building', 20);
      const files = { recordsPath, indexPath, count: vectorCount, dimension: model.dimension };
      const built = await this.compute.run(buildIndex, files, { signal: run.signal });
      run.progress('storing', 95);
      const { sha256 } = await this.blobs.write(createReadStream(indexPath), { maxBytes: maxIndexBytes, signal: run.signal });
      return run.complete({ collectionId, vectorCount, recall: built.recall }, async (tx) => {
        if (!(await VectorIndexStore.replace(tx, { collectionId, modelId: model.id, sha256, vectorCount, ...built, ...start })))
          throw deleted();
      });
    });

  /** @returns how many records were written */
  private async writeRecords(collectionId: string, { id: modelId, dimension }: VectorModel, path: string, run: Run): Promise<number> {
    let count = 0;
    const pages = this.pages({ collectionId, modelId });
    const size = recordBytes(dimension);
    const records = async function* () {
      for await (const rows of pages) {
        run.signal.throwIfAborted();
        const bytes = Buffer.alloc(size * rows.length);
        for (const [at, { number, vector }] of rows.entries()) {
          bytes.writeBigUInt64LE(BigInt(number), at * size);
          vector.copy(bytes, at * size + 8);
        }
        count += rows.length;
        run.progress('reading', 10);
        yield bytes;
      }
    };
    await pipeline(Readable.from(records(), { objectMode: false }), createWriteStream(path), { signal: run.signal });
    return count;
  }

  private async *pages(wanted: CollectionVectors) {
    for (let after = '0'; ; ) {
      const rows = await this.vectors.page(wanted, after, pageVectors, {});
      if (rows.length > 0) yield rows;
      if (rows.length < pageVectors) return;
      after = rows.at(-1)!.number;
    }
  }
}

const deleted = () => new Failure('collection-not-found', 'The collection was deleted: there is nothing to index.');
