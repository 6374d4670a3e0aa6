import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Collection,
  type createCollection,
  eraseCollectionJob,
  Failure,
  type Job,
  type loadDocuments,
  loadDocumentsJob,
  presentProgress,
  type RequestOf,
  type updateCollection,
} from '#contracts';
import { BLOBS, Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { type BlobStore, presentOwned } from '#storage';
import { type CollectionRow, CollectionStore, type ListCollections } from './collection.store.ts';
import { LoadStore } from './load.store.ts';
import { VectorIndexStore } from './vector-index.store.ts';

@Injectable() // keeps collections, and starts the loads of documents into them
export class CollectionService {
  constructor(
    private readonly database: Database,
    private readonly collections: CollectionStore,
    private readonly jobs: JobStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
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
    const [collection] = await this.presentAll([await this.find(collectionId)]);
    return collection as Collection;
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
    const collections = await this.presentAll(items);
    return { items: request.fields?.includes('lastLoad') ? collections : collections.map(summaryOf), nextCursor };
  }

  /** @throws Failure `collection-not-found`, `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  async update({ collectionId, ...changes }: RequestOf<typeof updateCollection>): Promise<Collection> {
    if (!(await this.collections.update({ id: collectionId, ownerId: requireSubject() }, changes))) throw collectionNotFound();
    return this.get(collectionId);
  }

  /** The collection is gone at once; a load is cancelled, and a job removes the documents. @throws Failure `collection-not-found` */
  async remove(collectionId: string): Promise<void> {
    const ownerId = requireSubject();
    const { jobId } = await this.find(collectionId);
    if (jobId) await this.jobs.cancelIfOpen(jobId, ownerId);
    await this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId, ownerId))) throw collectionNotFound();
      await LoadStore.removeOf(tx, collectionId, { all: true });
      await VectorIndexStore.removeOf(tx, collectionId);
      await this.collections.remove(tx, { id: collectionId, ownerId });
      await this.jobs.enqueue(tx, eraseCollectionJob, this.order(collectionId, { collectionId }));
    });
  }

  /** @throws Failure `collection-not-found`, `blob-not-found` */
  async load({ collectionId, blobSha256: sha256, sizeBytes, format }: RequestOf<typeof loadDocuments>): Promise<Collection> {
    await usage.admit(this.database.source, requireSubject(), 'textUnits');
    if (!(await this.blobs.stat(sha256))) throw new Failure('blob-not-found', 'The uploaded file is not in the store.');
    await this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId, requireSubject()))) throw collectionNotFound();
      await LoadStore.removeOf(tx, collectionId, { all: false });
      const id = randomUUID();
      const { id: jobId } = await this.jobs.enqueue(tx, loadDocumentsJob, this.order(collectionId, { loadId: id }));
      await LoadStore.add(tx, { id, collectionId, jobId, sha256, format, sizeBytes });
      await CollectionStore.beginLoad(tx, collectionId, jobId);
    });
    return this.get(collectionId);
  }

  private order<Input>(collectionId: string, input: Input) {
    const { requestId, traceparent } = requireCall();
    return { ownerId: requireSubject(), input, subject: { collectionId }, context: { requestId, traceparent } };
  }

  private async presentAll(rows: readonly CollectionRow[]): Promise<Collection[]> {
    const ids = rows.flatMap(({ jobId }) => (jobId ? [jobId] : []));
    const jobs: ReadonlyMap<string, Job> = ids.length > 0 ? await this.jobs.findMany(ids, requireSubject()) : new Map();
    return rows.map((row) => ({
      kind: 'collection',
      ...presentOwned(row),
      ...presentProgress(row.ready, row.jobId ? jobs.get(row.jobId) : undefined),
      ...{ description: row.description, documentCount: row.documentCount, lastLoad: row.lastLoad },
    }));
  }
}

export const collectionNotFound = () => new Failure('collection-not-found', 'There is no such collection.');

const summaryOf = ({ lastLoad: _, ...summary }: Collection): Collection => summary as Collection;
