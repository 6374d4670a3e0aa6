/** Collections of their owners. Every query names the owner: another one's collection is not there. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import type { listCollections, RequestOf, updateCollection } from '#contracts';
import { Database } from '#platform';
import {
  deleteOwned,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  queryRows,
  updateOwned,
} from '#storage';

import { builtInModel } from './models/vector-model.ts';

@Entity({ schema: 'documents', name: 'collection' })
export class CollectionRow extends OwnedRow {
  @Column('text')
  description!: string;

  @Column('integer', { name: 'document_count' })
  documentCount!: number;

  /** Counts the changes of its documents: what is computed from their texts is kept under this number. */
  @Column('bigint', { transformer: { from: Number, to: (value: number) => value } })
  content!: number;

  /** Documents that have been written, deleted or given a vector in all: an index knows from it how many have changed since it was built. */
  @Column('bigint', { transformer: { from: Number, to: (value: number) => value } })
  written!: number;

  /** The model of which all documents have a vector, and that it is searched with; null where that is not known. */
  @Column('text', { nullable: true })
  model!: string | null;
}

export type ListCollections = RequestOf<typeof listCollections>;
type Changes = Omit<RequestOf<typeof updateCollection>, 'collectionId'>;

const collectionsList: ListDeclaration<ListCollections> = {
  sorts: { updatedAt: { sql: 'collection.updated_at', type: 'timestamp' } },
};

/** A collection while its documents are written: one writer at a time. */
export interface LockedCollection {
  /** The model that it is searched with: each of its documents needs a vector of it. */
  readonly modelId: string;
}

@Injectable()
export class CollectionStore {
  constructor(private readonly database: Database) {}

  /** @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<CollectionRow>): Promise<void> {
    return insertOwned(tx, CollectionRow, row, [row.description ?? '']);
  }

  find(id: string, ownerId: string): Promise<CollectionRow | null> {
    return this.database.repository(CollectionRow).findOneBy({ id, ownerId });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, request: ListCollections): Promise<Page<CollectionRow>> {
    const query = this.database.repository(CollectionRow).createQueryBuilder('collection').where({ ownerId });
    return loadList(query, request, collectionsList);
  }

  /** @returns false when the owner has no such collection. @throws Failure `precondition-failed`, `external-id-taken`, `metadata-too-large` */
  update(key: OwnedKey, { description, ...changes }: Changes): Promise<boolean> {
    const own = description === undefined ? {} : { values: { description }, searched: [description] };
    return this.database.transaction(async (tx) => (await updateOwned(tx, CollectionRow, key, changes, own)) !== null);
  }

  /** @throws Failure `precondition-failed` */
  remove(tx: EntityManager, key: OwnedKey, ifRevision?: number): Promise<boolean> {
    return deleteOwned(tx, CollectionRow, key, ifRevision);
  }

  /**
   * Locks the row until `tx` ends, so that documents are written by one transaction at a time and none after a deletion.
   * @param ownerId left out by jobs, which were started by the owner
   * @returns undefined when there is no such collection
   */
  static async lock(tx: EntityManager, id: string, ownerId?: string): Promise<LockedCollection | undefined> {
    const [row] = await queryRows<{ model: string | null }>(
      tx,
      'SELECT model FROM documents.collection WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) FOR NO KEY UPDATE',
      [id, ownerId ?? null],
    );
    return row && { modelId: row.model ?? builtInModel.id };
  }

  /** Locks as {@link lock} does. @returns undefined when the owner has no such collection */
  static async lockContent(tx: EntityManager, id: string, ownerId: string): Promise<{ collectionId: string; content: number } | undefined> {
    const [row] = await queryRows<{ content: string }>(
      tx,
      'SELECT content FROM documents.collection WHERE id = $1 AND owner_id = $2 FOR NO KEY UPDATE',
      [id, ownerId],
    );
    return row && { collectionId: id, content: Number(row.content) };
  }

  /** @returns undefined when the owner has no such collection */
  static async documentCount(tx: EntityManager, id: string, ownerId: string): Promise<number | undefined> {
    const sql = 'SELECT document_count AS count FROM documents.collection WHERE id = $1 AND owner_id = $2';
    return (await queryRows<{ count: number }>(tx, sql, [id, ownerId]))[0]?.count;
  }

  /** @param added documents that are new; negative for deleted ones @param written all that were written or deleted */
  static async recordChange(tx: EntityManager, id: string, added: number, written = Math.abs(added)): Promise<void> {
    await queryRows(
      tx,
      `UPDATE documents.collection SET document_count = document_count + $2, written = written + $3, content = content + 1, updated_at = now()
       WHERE id = $1`,
      [id, added, written],
    );
  }

  /** Documents have got vectors: what is found by them has changed, their texts have not. */
  static async recordVectors(tx: EntityManager, id: string, documents: number): Promise<void> {
    await queryRows(tx, 'UPDATE documents.collection SET written = written + $2 WHERE id = $1', [id, documents]);
  }

  /** All documents have vectors of this model: from now on the collection is searched with it. */
  static async setModel(tx: EntityManager, id: string, modelId: string): Promise<void> {
    await queryRows(tx, 'UPDATE documents.collection SET model = $2 WHERE id = $1', [id, modelId]);
  }
}
