import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { type embedCollectionJob, Failure } from '#contracts';
import { Database, type JobHandler } from '#platform';
import { embeddingModel, textHash } from '../analysis/embed-text.ts';
import { CollectionStore } from './collection.store.ts';
import type { EmbeddedTexts, EmbedInput } from './embed-rows.worker.ts';
import { type UnembeddedRow, VectorStore } from './vector.store.ts';

const embedRows = task<EmbedInput, EmbeddedTexts>('./embed-rows.worker', import.meta.url);

/** Documents of a transaction: it holds the writers of the collection back for some milliseconds. */
const pageDocuments = 200;

@Injectable() // computes the vectors that documents of a collection lack; an attempt that was interrupted goes on where it was
export class EmbedCollectionJob {
  constructor(
    private readonly database: Database,
    private readonly vectors: VectorStore,
    private readonly compute: Compute,
  ) {}

  readonly run: JobHandler<typeof embedCollectionJob> = async ({ collectionId }, run) => {
    const total = await CollectionStore.documentCount(this.database.source.manager, collectionId, run.ownerId);
    if (total === undefined) throw deleted();
    let embeddedCount = 0;
    for (let after = '0'; ; ) {
      run.signal.throwIfAborted();
      const rows = await this.vectors.unembedded(collectionId, after, pageDocuments);
      if (rows.length > 0) embeddedCount += await this.embed(collectionId, rows, run.signal);
      if (rows.length < pageDocuments) break;
      after = rows.at(-1)!.number;
      run.progress('embedding', Math.min(99, Math.floor((100 * embeddedCount) / Math.max(1, total))));
    }
    return run.complete({ collectionId, embeddedCount }, async (tx) => {
      if (!(await CollectionStore.setModel(tx, collectionId, embeddingModel))) throw deleted();
    });
  };

  /** @returns how many documents have got their vector; one that was changed meanwhile has it from its writer */
  private async embed(collectionId: string, rows: readonly UnembeddedRow[], signal: AbortSignal): Promise<number> {
    const hashed = rows.map((row) => ({ ...row, h: textHash(row.text) }));
    const texts = new Map(hashed.map(({ h, text }) => [h, text]));
    const hashes = [...texts.keys()];
    const vectors = await this.compute.run(embedRows, { texts: [...texts.values()], hashes }, { signal });
    return this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId))) throw deleted();
      if (!(await VectorStore.hold(tx, hashes, vectors))) throw vectorRemoved();
      const changed = await VectorStore.assign(tx, collectionId, hashed);
      await CollectionStore.recordVectors(tx, collectionId, changed);
      return changed;
    });
  }
}

/** The next attempt goes on with this page: none of its documents may name a vector that is not there. */
const vectorRemoved = () => new Failure('service-unavailable', 'A deletion removed a vector of these texts.', { retryAfterSeconds: 1 });

const deleted = () => new Failure('collection-not-found', 'The collection was deleted: there is nothing to embed.');
