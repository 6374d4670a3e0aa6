import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Compute, task } from '#compute';
import { BLOBS, ScratchFolders } from '#platform';
import type { BlobStore } from '#storage';
import type { CollectionRow } from './collection.store.ts';
import { candidatesFor, type HnswMatches } from './hnsw.ts';
import { loadUsearch } from './nearest.ts';
import type { SearchIndexInput } from './search-index.worker.ts';
import { type VectorIndexRow, VectorIndexStore } from './vector-index.store.ts';
import { VectorJobs } from './vector-jobs.service.ts';

const searchIndex = task<SearchIndexInput, HnswMatches>('./search-index.worker', import.meta.url);

export const VECTOR_LIMITS = Symbol('limits of vector searches');

export interface VectorLimits {
  /** Collections with more documents get an approximate index. */
  readonly exactMax: number;
  /** An index is built anew when so large a share of the documents was written since. */
  readonly rebuildShare: number;
}

export const vectorLimits: VectorLimits = { exactMax: 100_000, rebuildShare: 0.1 };

type SearchedCollection = Pick<CollectionRow, 'id' | 'ownerId' | 'documentCount' | 'written'>;

/** Files of indexes on this machine: of 1,000,000 documents one has about 1 GB. */
const maxFiles = 4;

@Injectable() // searches the approximate indexes of large collections, and has them built
export class VectorIndexes implements OnModuleDestroy {
  /** By SHA-256; the one used last stands at the end. */
  readonly #files = new Map<string, Promise<string>>();
  #folder: Promise<string> | undefined;

  constructor(
    private readonly indexes: VectorIndexStore,
    private readonly orders: VectorJobs,
    private readonly compute: Compute,
    @Inject(BLOBS) private readonly blobs: BlobStore,
    private readonly scratch: ScratchFolders,
    @Inject(VECTOR_LIMITS) private readonly limits: VectorLimits,
  ) {}

  async onModuleDestroy(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }

  /** The index of a collection that is large enough; has one built in the background where there is none, or too much has changed. */
  async find({ id, ownerId, documentCount, written }: SearchedCollection, modelId: string): Promise<VectorIndexRow | undefined> {
    if (documentCount <= this.limits.exactMax || !(await loadUsearch())) return undefined;
    const index = await this.indexes.find(id, modelId);
    const isStale = !index || written - index.written >= Math.ceil(documentCount * this.limits.rebuildShare);
    if (isStale) await this.orders.buildIndex({ id, ownerId }, modelId);
    return index;
  }

  /** More matches than `limit`: they are to be compared again. @throws Failure `file-lost` when the index has been replaced and swept meanwhile */
  async search({ sha256, expansion }: VectorIndexRow, asked: Float32Array, limit: number, signal: AbortSignal): Promise<HnswMatches> {
    const path = await this.fileOf(sha256);
    return this.compute.run(searchIndex, { asked, path, expansion, limit: candidatesFor(limit) }, { signal });
  }

  private fileOf(sha256: string): Promise<string> {
    const known = this.#files.get(sha256) ?? this.download(sha256);
    this.#files.delete(sha256);
    this.#files.set(sha256, known);
    known.catch(() => this.#files.delete(sha256));
    while (this.#files.size > maxFiles) {
      const [oldest, file] = this.#files.entries().next().value!;
      this.#files.delete(oldest);
      void file.then((path) => rm(path, { force: true })).catch(() => undefined); // who has it open keeps it
    }
    return known;
  }

  private async download(sha256: string): Promise<string> {
    this.#folder ??= this.scratch.make();
    const path = join(await this.#folder, sha256);
    const { stream } = await this.blobs.openRead(sha256);
    await pipeline(stream, createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
    return path;
  }
}
