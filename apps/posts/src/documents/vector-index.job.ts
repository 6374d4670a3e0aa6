import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { Failure, type indexVectorsJob } from '#contracts';
import { BLOBS, type JobHandler, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import type { BuildIndexInput } from './build-index.worker.ts';
import type { BuiltHnsw } from './hnsw.ts';
import { VectorStore } from './vector.store.ts';
import { VectorIndexStore } from './vector-index.store.ts';
import { recordBytes } from './vector-records.ts';

const buildIndex = task<BuildIndexInput, BuiltHnsw>('./build-index.worker', import.meta.url);

const pageVectors = 5_000;
const maxIndexBytes = 64 * 1_024 ** 3;

type Handle = JobHandler<typeof indexVectorsJob>;
type Run = Parameters<Handle>[1];

@Injectable() // builds the approximate index of a collection's vectors, while searches use the one before
export class VectorIndexJob {
  constructor(
    private readonly vectors: VectorStore,
    private readonly indexes: VectorIndexStore,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly scratch: ScratchFolders,
  ) {}

  readonly run: Handle = ({ collectionId }, run) =>
    this.scratch.with(async (folder) => {
      const [recordsPath, indexPath] = [join(folder, 'records'), join(folder, 'index')];
      const start = await this.indexes.startingPoint(collectionId);
      if (!start) throw deleted();
      const vectorCount = await this.writeRecords(collectionId, recordsPath, run);
      run.progress('building', 20);
      const built = await this.compute.run(buildIndex, { recordsPath, indexPath, count: vectorCount }, { signal: run.signal });
      run.progress('storing', 95);
      const { sha256 } = await this.blobs.write(createReadStream(indexPath), { maxBytes: maxIndexBytes, signal: run.signal });
      return run.complete({ collectionId, vectorCount, recall: built.recall }, async (tx) => {
        if (!(await VectorIndexStore.replace(tx, { collectionId, sha256, vectorCount, ...built, ...start }))) throw deleted();
      });
    });

  /** @returns how many records were written */
  private async writeRecords(collectionId: string, path: string, run: Run): Promise<number> {
    let count = 0;
    const pages = this.pages(collectionId);
    const records = async function* () {
      for await (const rows of pages) {
        run.signal.throwIfAborted();
        const bytes = Buffer.alloc(recordBytes * rows.length);
        for (const [at, { number, vector }] of rows.entries()) {
          bytes.writeBigUInt64LE(BigInt(number), at * recordBytes);
          vector.copy(bytes, at * recordBytes + 8);
        }
        count += rows.length;
        run.progress('reading', 10);
        yield bytes;
      }
    };
    await pipeline(Readable.from(records(), { objectMode: false }), createWriteStream(path), { signal: run.signal });
    return count;
  }

  private async *pages(collectionId: string) {
    for (let after = '0'; ; ) {
      const rows = await this.vectors.page(collectionId, after, pageVectors, {});
      if (rows.length > 0) yield rows;
      if (rows.length < pageVectors) return;
      after = rows.at(-1)!.number;
    }
  }
}

const deleted = () => new Failure('collection-not-found', 'The collection was deleted: there is nothing to index.');
