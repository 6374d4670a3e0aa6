import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import {
  type CollectionDocument,
  type deleteDocument,
  Failure,
  type listDocuments,
  type putDocument,
  type ReplyOf,
  type RequestOf,
  textUnitsOf,
} from '#contracts';
import { Database, requireSubject, usage } from '#platform';
import { requireRevision } from '#storage';
import { CollectionService, collectionNotFound } from './collection.service.ts';
import { CollectionStore } from './collection.store.ts';
import { type DocumentRow, DocumentStore } from './document.store.ts';
import { EmbeddingService } from './embedding.service.ts';
import type { PreparedDocuments, PrepareInput } from './prepare-documents.worker.ts';
import { VectorStore } from './vector.store.ts';
import { VectorReleases } from './vector-releases.service.ts';

export const prepareDocuments = task<PrepareInput, PreparedDocuments>('./prepare-documents.worker', import.meta.url);

@Injectable() // reads and writes single documents of a collection
export class DocumentService {
  constructor(
    private readonly database: Database,
    private readonly collections: CollectionService,
    private readonly documents: DocumentStore,
    private readonly compute: Compute,
    private readonly embedding: EmbeddingService,
    private readonly releases: VectorReleases,
  ) {}

  /** @throws Failure `collection-not-found`; `request-invalid` for a wrong cursor */
  async list({ collectionId, fields, ...page }: RequestOf<typeof listDocuments>) {
    await this.collections.find(collectionId);
    const { items, nextCursor } = await this.documents.list(collectionId, { ...page, withAnalysis: fields?.includes('analysis') ?? false });
    return { items: items.map(present), nextCursor };
  }

  /** @throws Failure `collection-not-found`, `document-not-found` */
  async get(collectionId: string, externalId: string): Promise<CollectionDocument> {
    await this.collections.find(collectionId);
    const row = await this.documents.find(collectionId, externalId);
    if (!row) throw documentNotFound();
    return present(row);
  }

  /** Writes a document, or replaces the one with this externalId. @throws Failure `collection-not-found`, `precondition-failed`, `quota-exceeded` */
  async put({ collectionId, externalId, text, metadata = {}, ...conditions }: RequestOf<typeof putDocument>): Promise<WrittenDocument> {
    await this.collections.find(collectionId);
    const textUnits = textUnitsOf(text);
    await usage.admit(this.database.source, requireSubject(), 'textUnits', textUnits);
    const prepared = await this.compute.run(prepareDocuments, { documents: [{ id: externalId, text, metadata }] });
    const embedded = await this.embedding.embedFor(collectionId, prepared);
    const written = await this.database.transaction(async (tx) => {
      const locked = await CollectionStore.lock(tx, collectionId, requireSubject());
      if (!locked) throw collectionNotFound();
      if (!(await VectorStore.holdFor(tx, locked, prepared.hashes, embedded))) throw vectorRemoved();
      requireConditions(await DocumentStore.revision(tx, collectionId, externalId), conditions);
      const { added, replacedHashes } = await DocumentStore.write(tx, collectionId, prepared.rows, null);
      await CollectionStore.recordChange(tx, collectionId, added, 1);
      await usage.record(tx, requireSubject(), 'textUnits', textUnits);
      return { created: added > 0, replacedHashes };
    });
    this.releases.add(written.replacedHashes);
    return { document: await this.get(collectionId, externalId), created: written.created };
  }

  /** @throws Failure `collection-not-found`, `document-not-found`, `precondition-failed` */
  async remove({ collectionId, externalId, ifRevision }: RequestOf<typeof deleteDocument>): Promise<void> {
    const hash = await this.database.transaction(async (tx) => {
      if (!(await CollectionStore.lock(tx, collectionId, requireSubject()))) throw collectionNotFound();
      const revision = await DocumentStore.revision(tx, collectionId, externalId);
      if (revision !== undefined) requireRevision({ revision }, ifRevision);
      const removed = await DocumentStore.remove(tx, collectionId, externalId);
      if (removed === undefined) throw documentNotFound();
      await CollectionStore.recordChange(tx, collectionId, -1);
      return removed;
    });
    if (hash !== null) this.releases.add([hash]);
  }
}

const vectorRemoved = () =>
  new Failure('service-unavailable', 'The vector of this text was removed, or another model is used by now.', { retryAfterSeconds: 1 });

const documentNotFound = () => new Failure('document-not-found', 'The collection has no document with this externalId.');

type WrittenDocument = ReplyOf<typeof putDocument>;
type Conditions = Pick<RequestOf<typeof putDocument>, 'ifRevision' | 'ifExists'>;

/** @param revision of the document that is there; undefined: there is none @throws Failure `precondition-failed` */
function requireConditions(revision: number | undefined, { ifRevision, ifExists }: Conditions): void {
  if (revision === undefined && (ifExists || ifRevision !== undefined))
    throw new Failure('precondition-failed', 'The collection has no document with this externalId, and If-Match asks for one.');
  if (revision === undefined) return;
  if (ifExists === false) throw new Failure('precondition-failed', 'The collection has a document with this externalId.');
  requireRevision({ revision }, ifRevision);
}

/** `analysis` is left out where it was not read. */
function present({ collectionId, externalId, text, language, metadata, analysis, revision, ...row }: DocumentRow): CollectionDocument {
  const [createdAt, updatedAt] = [row.createdAt.toISOString(), row.updatedAt.toISOString()];
  const document = { collectionId, externalId, text, language, metadata, revision, createdAt, updatedAt };
  return (analysis === undefined ? document : { ...document, analysis }) as CollectionDocument;
}
