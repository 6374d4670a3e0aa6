import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type createLoad,
  type DocumentLoad,
  Failure,
  type getLoad,
  type listLoads,
  loadDocumentsJob,
  presentProgress,
  type RequestOf,
} from '#contracts';
import { BLOBS, Database, JobStore, requireCall, requireSubject, usage } from '#platform';
import { type BlobStore, presentOwned } from '#storage';
import { CollectionService, collectionNotFound } from './collection.service.ts';
import { CollectionStore } from './collection.store.ts';
import { type LoadRow, LoadStore } from './load.store.ts';

@Injectable() // keeps the loads of a collection, and starts their jobs
export class LoadService {
  constructor(
    private readonly database: Database,
    private readonly loads: LoadStore,
    private readonly collections: CollectionService,
    private readonly jobs: JobStore,
    @Inject(BLOBS) private readonly blobs: BlobStore,
  ) {}

  /** Once for each id, where the caller names one. @throws Failure `collection-not-found`, `file-lost`, `external-id-taken`, `quota-exceeded` */
  async create({
    collectionId,
    blobSha256: sha256,
    title = '',
    id: named,
    ...wanted
  }: RequestOf<typeof createLoad>): Promise<DocumentLoad> {
    const ownerId = requireSubject();
    const id = named ?? randomUUID();
    if (named && (await this.loads.find({ id, ownerId, collectionId }))) return this.get({ collectionId, loadId: id });
    await usage.admit(this.database.source, ownerId, 'textUnits');
    if (!(await this.blobs.stat(sha256))) throw new Failure('file-lost', 'The uploaded file is not in the store.');
    await this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId, ownerId))) throw collectionNotFound();
      if (named && (await LoadStore.isThere(tx, id))) return; // another call with this id was first
      const { id: jobId } = await this.jobs.enqueue(tx, loadDocumentsJob, orderOf(ownerId, collectionId, id));
      await LoadStore.add(tx, { ...wanted, id, ownerId, title, collectionId, jobId, sha256 });
      await LoadStore.prune(tx, collectionId);
      await usage.reserve(tx, { jobId, ownerId, meter: 'textUnits', amount: textUnitsOfFile(wanted.sizeBytes) });
      await usage.record(tx, ownerId, 'storageBytes', wanted.sizeBytes); // last, and after what others give back
    });
    return this.get({ collectionId, loadId: id });
  }

  /** @param collectionId absent: of any collection @throws Failure `load-not-found`, also for a load of somebody else */
  async get({
    loadId,
    collectionId,
  }: Pick<RequestOf<typeof getLoad>, 'loadId'> & { readonly collectionId?: string }): Promise<DocumentLoad> {
    const row = await this.loads.find({ id: loadId, ownerId: requireSubject(), ...(collectionId ? { collectionId } : {}) });
    if (!row) throw new Failure('load-not-found', 'The collection has no such load.');
    const [load] = await this.presentAll([row]);
    return load as DocumentLoad;
  }

  /** @throws Failure `collection-not-found`; `request-invalid` for a wrong cursor */
  async list({ collectionId, ...request }: RequestOf<typeof listLoads>) {
    await this.collections.find(collectionId);
    const { items, nextCursor } = await this.loads.list(requireSubject(), collectionId, request);
    const loads = await this.presentAll(items);
    return { items: request.fields?.includes('badLines') ? loads : loads.map(summaryOf), nextCursor };
  }

  private async presentAll(rows: readonly LoadRow[]): Promise<DocumentLoad[]> {
    const ids = rows.map(({ jobId }) => jobId);
    const jobs = await this.jobs.findMany(ids, requireSubject());
    return rows.map((row) => {
      const { collectionId, format, sizeBytes, lineCount, addedCount, updatedCount, repeatedCount, refusedCount, badLines } = row;
      const own = { collectionId, format, sizeBytes, lineCount, addedCount, updatedCount, repeatedCount, refusedCount, badLines };
      return { kind: 'load', ...presentOwned(row), ...presentProgress(row.ready, jobs.get(row.jobId)), ...own };
    });
  }
}

/** A load of good lines uses as many at least: each chunk counts its documents, or its bytes where that is more. */
const textUnitsOfFile = (sizeBytes: number): number => Math.ceil(sizeBytes / 1_000);

const summaryOf = ({ badLines: _, ...summary }: DocumentLoad): DocumentLoad => summary as DocumentLoad;

function orderOf(ownerId: string, collectionId: string, loadId: string) {
  const { requestId, traceparent } = requireCall();
  return { ownerId, input: { loadId }, subject: { collectionId, loadId }, context: { requestId, traceparent } };
}
