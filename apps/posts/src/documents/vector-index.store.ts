/** Approximate indexes of the vectors of collections: one for each, in the blob store. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, type Queryable, queryRows } from '#storage';
import { CollectionStore } from './collection.store.ts';
import { embeddingModel } from './embed-text.ts';

export interface VectorIndexRow {
  readonly sha256: string;
  /** Share of the true nearest documents that it finds. */
  readonly recall: number;
  readonly vectorCount: number;
  /** Documents that were written since then may differ from what it has. */
  readonly since: string;
}

export type NewVectorIndex = VectorIndexRow & { readonly collectionId: string };

const holderOf = (collectionId: string): BlobHolder => `posts.vectors:${collectionId}`;
/** A transaction that had begun before an index was read may commit after it: no writer waits for so long. */
const margin = '2 minutes';

@Injectable()
export class VectorIndexStore {
  constructor(private readonly database: Database) {}

  /** @returns undefined without an index of the current model */
  async find(collectionId: string): Promise<VectorIndexRow | undefined> {
    const [row] = await queryRows<VectorIndexRow>(
      this.database.source,
      `SELECT sha256, recall, vector_count AS "vectorCount", since::text FROM documents.vector_index WHERE collection_id = $1 AND model = $2`,
      [collectionId, embeddingModel],
    );
    return row;
  }

  /** The moment from which on documents are not surely in an index that is read now. */
  async now(): Promise<string> {
    const sql = `SELECT (clock_timestamp() - interval '${margin}')::text AS since`;
    return (await queryRows<{ since: string }>(this.database.source, sql))[0]!.since;
  }

  /** Replaces the index of a collection. @returns false when the collection was deleted */
  static async replace(tx: EntityManager, { collectionId, sha256, recall, vectorCount, since }: NewVectorIndex): Promise<boolean> {
    if (!(await CollectionStore.lock(tx, collectionId))) return false;
    await VectorIndexStore.removeOf(tx, collectionId);
    await queryRows(
      tx,
      'INSERT INTO documents.vector_index (collection_id, model, sha256, recall, vector_count, since) VALUES ($1, $2, $3, $4, $5, $6)',
      [collectionId, embeddingModel, sha256, recall, vectorCount, since],
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

  /** How many documents were written since a moment, counted to `limit`. */
  static async countSince(on: Queryable, collectionId: string, since: string, limit: number): Promise<number> {
    const sql = `SELECT count(*)::int AS count FROM (SELECT 1 FROM documents.document WHERE collection_id = $1 AND updated_at >= $2 LIMIT $3) AS written`;
    return (await queryRows<{ count: number }>(on, sql, [collectionId, since, limit]))[0]!.count;
  }
}
