import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type embedCollectionJob, Failure } from '#contracts';
import { Database, type JobHandler } from '#platform';
import { textHash } from '../analysis/embed-text.ts';
import { CollectionStore } from './collection.store.ts';
import { EmbeddingService } from './embedding.service.ts';
import { ModelStore } from './models/model.store.ts';
import type { VectorModel } from './models/vector-model.ts';
import { type UnembeddedRow, VectorStore } from './vector.store.ts';

/** Documents of a transaction: it holds the writers of the collection back for some milliseconds. */
const pageDocuments = 200;

@Injectable() // computes the vectors that documents of a collection lack, by the model that is active; an attempt that was interrupted goes on where it was
export class EmbedCollectionJob {
  constructor(
    private readonly database: Database,
    private readonly vectors: VectorStore,
    private readonly embedding: EmbeddingService,
    private readonly models: ModelStore,
  ) {}

  readonly run: JobHandler<typeof embedCollectionJob> = async ({ collectionId }, run) => {
    const model = await this.models.active();
    const total = await CollectionStore.documentCount(this.database.source.manager, collectionId, run.ownerId);
    if (total === undefined) throw deleted();
    const wanted = { collectionId, modelId: model.id };
    let embeddedCount = 0;
    for (let after = '0'; ; ) {
      run.signal.throwIfAborted();
      const rows = await this.vectors.unembedded(wanted, after, pageDocuments);
      if (rows.length > 0) embeddedCount += await this.embed(collectionId, model, rows, run.signal);
      if (rows.length < pageDocuments) break;
      after = rows.at(-1)!.number;
      run.progress('embedding', Math.min(99, Math.floor((100 * embeddedCount) / Math.max(1, total))));
    }
    return run.complete({ collectionId, embeddedCount }, (tx) => this.change(tx, collectionId, model));
  };

  /**
   * The collection goes over to the model, while nobody writes to it: it is searched with vectors of one model before, and of the other after.
   * @throws Failure `service-unavailable` when another model is active by now, or a document was written by a copy that did not know of this one
   */
  private async change(tx: EntityManager, collectionId: string, model: VectorModel): Promise<void> {
    if (!(await CollectionStore.lock(tx, collectionId))) throw deleted();
    if (!(await ModelStore.holdActive(tx, model.id))) throw again('Another model was activated while vectors were computed.');
    const [left] = await this.vectors.unembedded({ collectionId, modelId: model.id }, '0', 1, tx);
    if (left) throw again('Documents were written while vectors were computed.');
    await CollectionStore.setModel(tx, collectionId, model.id);
  }

  /** @returns how many documents have got their vector; one that was changed meanwhile has it from its writer */
  private async embed(collectionId: string, model: VectorModel, rows: readonly UnembeddedRow[], signal: AbortSignal): Promise<number> {
    const hashed = rows.map((row) => ({ ...row, h: row.hash ?? textHash(row.text) }));
    const texts = new Map(hashed.map(({ h, text }) => [h, text]));
    const hashes = [...texts.keys()];
    const vectors = await this.embedding.embed(model, { texts: [...texts.values()], hashes }, signal);
    const unnamed = hashed.filter(({ hash }) => hash === null);
    return this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId))) throw deleted();
      if (!(await VectorStore.hold(tx, hashes, vectors))) throw again('A deletion removed vectors that this job needs.');
      if (unnamed.length === 0) return rows.length;
      const changed = await VectorStore.assign(tx, collectionId, unnamed);
      await CollectionStore.recordVectors(tx, collectionId, changed);
      return rows.length - unnamed.length + changed;
    });
  }
}

const deleted = () => new Failure('collection-not-found', 'The collection was deleted: there is nothing to embed.');
/** The next attempt begins anew; what is stored is not computed again. */
const again = (why: string) => new Failure('service-unavailable', why, { retryAfterSeconds: 1 });
