/** Approximate indexes of the vectors of collections: one for each, in the blob store. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import { CollectionStore } from './collection.store.ts';

export interface VectorIndexRow {
  readonly sha256: string;
  /** Share of the true nearest documents that it finds. */
  readonly recall: number;
  /** Candidates that a search visits. */
  readonly expansion: number;
  readonly vectorCount: number;
  /** Documents that were written since then may differ from what it has. */
  readonly since: string;
  /** Writes that the collection had counted before it was read. */
  readonly written: number;
}

export type NewVectorIndex = VectorIndexRow & { readonly collectionId: string; readonly modelId: string };

const holderOf = (collectionId: string): BlobHolder => `posts.vectors:${collectionId}`;
/** A transaction that had begun before an index was read may commit after it: no writer waits for so long. */
const margin = '2 minutes';

@Injectable()
export class VectorIndexStore {
  constructor(private readonly database: Database) {}

  /** @returns undefined without an index of this model */
  async find(collectionId: string, modelId: string): Promise<VectorIndexRow | undefined> {
    const [row] = await queryRows<VectorIndexRow>(
      this.database.source,
      `SELECT sha256, recall, expansion, vector_count AS "vectorCount", since::text, written::float8 AS written FROM documents.vector_index WHERE collection_id = $1 AND model = $2`,
      [collectionId, modelId],
    );
    return row;
  }

  /** From when on documents are not surely in an index that is read now. @returns undefined when the collection was deleted */
  async startingPoint(collectionId: string): Promise<Pick<VectorIndexRow, 'since' | 'written'> | undefined> {
    const sql = `SELECT (clock_timestamp() - interval '${margin}')::text AS since, written::float8 AS written FROM documents.collection WHERE id = $1`;
    return (await queryRows<Pick<VectorIndexRow, 'since' | 'written'>>(this.database.source, sql, [collectionId]))[0];
  }

  /** Replaces the index of a collection. @returns false when the collection was deleted */
  static async replace(
    tx: EntityManager,
    { collectionId, modelId, sha256, recall, expansion, vectorCount, since, written }: NewVectorIndex,
  ): Promise<boolean> {
    if (!(await CollectionStore.lock(tx, collectionId))) return false;
    await VectorIndexStore.removeOf(tx, collectionId);
    await queryRows(
      tx,
      `INSERT INTO documents.vector_index (collection_id, model, sha256, recall, expansion, vector_count, since, written)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [collectionId, modelId, sha256, recall, expansion, vectorCount, since, written],
    );
    await BlobReferences.hold(tx, sha256, holderOf(collectionId));
    return true;
  }

  /** Lets the index of a collection go. */
  static async removeOf(tx: EntityManager, collectionId: string): Promise<void> {
    const sql = 'DELETE FROM documents.vector_index WHERE collection_id = $1 RETURNING sha256';
    for (const { sha256 } of await queryRows<{ sha256: string }>(tx, sql, [collectionId]))
      await BlobReferences.release(tx, sha256, holderOf(collectionId));
  }
}
