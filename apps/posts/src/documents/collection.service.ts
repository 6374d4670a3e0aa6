import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type Collection,
  type createCollection,
  eraseCollectionJob,
  Failure,
  presentProgress,
  type RequestOf,
  type updateCollection,
} from '#contracts';
import { Database, JobStore, requireCall, requireSubject } from '#platform';
import { presentOwned, requireRevision } from '#storage';
import { type CollectionRow, CollectionStore, type ListCollections } from './collection.store.ts';
import { LoadStore } from './load.store.ts';
import { VectorIndexStore } from './vector-index.store.ts';

@Injectable() // keeps collections
export class CollectionService {
  constructor(
    private readonly database: Database,
    private readonly collections: CollectionStore,
    private readonly jobs: JobStore,
    private readonly loads: LoadStore,
  ) {}

  /** @throws Failure `external-id-taken` */
  async create({ title = '', description = '', ...owned }: RequestOf<typeof createCollection>): Promise<Collection> {
    const id = randomUUID();
    const row = { ...owned, id, ownerId: requireSubject(), title, description };
    await this.database.transaction((tx) => this.collections.add(tx, row));
    return this.get(id);
  }

  /** @throws Failure `collection-not-found`, also for a collection of somebody else */
  async get(collectionId: string): Promise<Collection> {
    return present(await this.find(collectionId));
  }

  /** @throws Failure `collection-not-found` */
  async find(collectionId: string): Promise<CollectionRow> {
    const row = await this.collections.find(collectionId, requireSubject());
    if (!row) throw collectionNotFound();
    return row;
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async list(request: ListCollections): Promise<{ items: Collection[]; nextCursor: string | null }> {
    const { items, nextCursor } = await this.collections.list(requireSubject(), request);
    return { items: items.map(present), nextCursor };
  }

  /** @throws Failure `collection-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ collectionId, ...changes }: RequestOf<typeof updateCollection>): Promise<Collection> {
    if (!(await this.collections.update({ id: collectionId, ownerId: requireSubject() }, changes))) throw collectionNotFound();
    return this.get(collectionId);
  }

  /** The collection is gone at once; its loads are cancelled, and a job removes the documents. @throws Failure `collection-not-found`, `precondition-failed` */
  async remove(collectionId: string, ifRevision?: number): Promise<void> {
    const ownerId = requireSubject();
    requireRevision(await this.find(collectionId), ifRevision); // before its loads are cancelled
    for (const jobId of await this.loads.openJobs(collectionId)) await this.jobs.cancelIfOpen(jobId, ownerId);
    await this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId, ownerId))) throw collectionNotFound();
      await LoadStore.removeOf(tx, collectionId);
      await VectorIndexStore.removeOf(tx, collectionId);
      await this.collections.remove(tx, { id: collectionId, ownerId }, ifRevision);
      await this.jobs.enqueue(tx, eraseCollectionJob, this.order(collectionId, { collectionId }));
    });
  }

  private order<Input>(collectionId: string, input: Input) {
    const { requestId, traceparent } = requireCall();
    return { ownerId: requireSubject(), input, subject: { collectionId }, context: { requestId, traceparent } };
  }
}

export const collectionNotFound = () => new Failure('collection-not-found', 'There is no such collection.');

const present = (row: CollectionRow): Collection => ({
  kind: 'collection',
  ...presentOwned(row),
  ...presentProgress(true, undefined),
  ...{ description: row.description, documentCount: row.documentCount },
});
