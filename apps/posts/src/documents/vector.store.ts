/** Vectors of texts by model and hash of the normalised text, shared by all documents with this text. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type Queryable, queryRows } from '#storage';
import type { LockedCollection } from './collection.store.ts';
import type { EmbeddedTexts } from './models/vector-model.ts';

export interface DocumentFilter {
  readonly language?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly createdAtMin?: string | undefined;
  readonly createdAtMax?: string | undefined;
  /** Only documents that were written then or later. */
  readonly writtenSince?: string | undefined;
}

/** The vectors of a collection by one model. */
export interface CollectionVectors {
  readonly collectionId: string;
  readonly modelId: string;
}

export interface VectorRow {
  readonly number: string;
  readonly vector: Buffer;
}

/** A document without a vector. */
export interface UnembeddedRow {
  readonly number: string;
  readonly text: string;
  /** Of its normalised text, in hex; null where it was written before there were vectors. */
  readonly hash: string | null;
  readonly updatedAt: string;
}

/** Place of a vector in the order of the table. */
export interface VectorKey {
  readonly model: string;
  /** In hex. */
  readonly hash: string;
}

/** Vectors of which a sweep looks for documents at a time. */
const sweptAtOnce = 5_000;

@Injectable()
export class VectorStore {
  constructor(private readonly database: Database) {}

  /** Which of these texts have no vector of a model yet; each once, in ascending order. */
  async missing(modelId: string, hashes: readonly string[]): Promise<string[]> {
    const rows = await queryRows<{ hash: string }>(
      this.database.source,
      `SELECT DISTINCT hash FROM unnest($2::text[]) AS hash WHERE NOT EXISTS
         (SELECT 1 FROM documents.vector WHERE model = $1 AND text_sha256 = decode(hash, 'hex')) ORDER BY hash`,
      [modelId, hashes],
    );
    return rows.map(({ hash }) => hash);
  }

  /**
   * Adds vectors and holds all that the documents of this transaction need, so that no clean-up removes one before the documents are there.
   * @returns false when one has been removed since `missing` was asked
   */
  static async hold(tx: EntityManager, hashes: readonly string[], vectors: EmbeddedTexts): Promise<boolean> {
    const { model } = vectors;
    await insert(tx, vectors);
    const held = await queryRows(
      tx,
      `SELECT 1 FROM documents.vector WHERE model = $1 AND text_sha256 IN (SELECT decode(hash, 'hex') FROM unnest($2::text[]) AS hash)
       ORDER BY text_sha256 FOR KEY SHARE`,
      [model.id, hashes],
    );
    return held.length === new Set(hashes).size;
  }

  /**
   * Holds the vectors of documents that are written, of each model for which they were computed.
   * @param collection as it was locked
   * @returns false when one has been removed since, or the collection has gone over to a model for which they were not computed
   */
  static async holdFor(
    tx: EntityManager,
    { modelId }: LockedCollection,
    hashes: readonly string[],
    embedded: readonly EmbeddedTexts[],
  ): Promise<boolean> {
    if (hashes.length > 0 && !embedded.some(({ model }) => model.id === modelId)) return false;
    for (const each of embedded) if (!(await VectorStore.hold(tx, hashes, each))) return false;
    return true;
  }

  /** Adds vectors that documents will need soon; without such documents a sweep removes them. */
  async add(embedded: readonly EmbeddedTexts[]): Promise<void> {
    for (const each of embedded) await insert(this.database.source, each);
  }

  /** Vectors of a collection's documents by one model, in the order of their numbers. */
  page({ collectionId, modelId }: CollectionVectors, after: string, limit: number, filter: DocumentFilter): Promise<VectorRow[]> {
    const { language = null, metadata, createdAtMin = null, createdAtMax = null, writtenSince } = filter;
    return queryRows(
      this.database.source,
      `SELECT document.number, vector.vector FROM documents.document
         JOIN documents.vector ON vector.model = $4 AND vector.text_sha256 = document.text_sha256
       WHERE collection_id = $1 AND number > $2 ${language === null ? 'AND $5::text IS NULL' : 'AND language = $5'}
         AND ($6::jsonb IS NULL OR metadata @> $6) AND ($7::timestamptz IS NULL OR created_at >= $7)
         AND ($8::timestamptz IS NULL OR created_at <= $8) ${writtenSince === undefined ? 'AND $9::timestamptz IS NULL' : 'AND updated_at >= $9'}
       ORDER BY number LIMIT $3`,
      [
        collectionId,
        after,
        limit,
        modelId,
        language,
        metadata ? JSON.stringify(metadata) : null,
        createdAtMin,
        createdAtMax,
        writtenSince ?? null,
      ],
    );
  }

  /** Documents that have no vector of a model, in the order of their numbers. */
  unembedded(
    { collectionId, modelId }: CollectionVectors,
    after: string,
    limit: number,
    on: Queryable = this.database.source,
  ): Promise<UnembeddedRow[]> {
    return queryRows(
      on,
      `SELECT number, text, encode(text_sha256, 'hex') AS hash, updated_at::text AS "updatedAt" FROM documents.document
       WHERE collection_id = $1 AND number > $2 AND NOT EXISTS
         (SELECT 1 FROM documents.vector WHERE model = $4 AND vector.text_sha256 = document.text_sha256)
       ORDER BY number LIMIT $3`,
      [collectionId, after, limit, modelId],
    );
  }

  /**
   * Names the vectors of documents that are as they were read, in the transaction that has locked the collection and holds the vectors.
   * @param rows with the hash of the text in hex
   * @returns how many documents that were
   */
  static async assign(tx: EntityManager, collectionId: string, rows: readonly (UnembeddedRow & { readonly h: string })[]): Promise<number> {
    const changed = await queryRows(
      tx,
      `UPDATE documents.document SET text_sha256 = decode(hash, 'hex'), updated_at = now()
       FROM unnest($2::bigint[], $3::text[], $4::timestamptz[]) AS read(number, hash, updated_at)
       WHERE collection_id = $1 AND document.number = read.number AND document.updated_at = read.updated_at RETURNING 1`,
      [collectionId, rows.map(({ number }) => number), rows.map(({ h }) => h), rows.map(({ updatedAt }) => updatedAt)],
    );
    return changed.length;
  }

  /** Vectors of some of a collection's documents that were not written since a moment. */
  ofNumbers({ collectionId, modelId }: CollectionVectors, numbers: readonly string[], notSince: string): Promise<VectorRow[]> {
    return queryRows(
      this.database.source,
      `SELECT document.number, vector.vector FROM documents.document
         JOIN documents.vector ON vector.model = $4 AND vector.text_sha256 = document.text_sha256
       WHERE collection_id = $1 AND number = ANY($2::bigint[]) AND updated_at < $3`,
      [collectionId, numbers, notSince, modelId],
    );
  }

  /**
   * Removes those of the next vectors that no document needs.
   * @param after the last vector of the page before; undefined: begins at the first
   * @returns the last vector that was looked at; undefined after the last page
   */
  async sweep(after: VectorKey | undefined, limit = sweptAtOnce): Promise<VectorKey | undefined> {
    const rows = await queryRows<VectorKey & { isNeeded: boolean }>(
      this.database.source,
      `SELECT model, encode(text_sha256, 'hex') AS hash, EXISTS (SELECT 1 FROM documents.document WHERE document.text_sha256 = page.text_sha256) AS "isNeeded"
       FROM (SELECT model, text_sha256 FROM documents.vector WHERE (model, text_sha256) > ($1, decode($2, 'hex')) ORDER BY model, text_sha256 LIMIT $3) AS page
       ORDER BY model, page.text_sha256`,
      [after?.model ?? '', after?.hash ?? '', limit],
    );
    await this.release(rows.filter(({ isNeeded }) => !isNeeded).map(({ hash }) => hash));
    return rows.length < limit ? undefined : rows.at(-1);
  }

  /**
   * Removes vectors that no document needs any more. A transaction of its own: it locks the vectors first and then looks for documents, so that a
   * writer that holds one of them is either waited for or waits.
   */
  async release(hashes: readonly string[]): Promise<void> {
    if (hashes.length === 0) return;
    await this.database.transaction(async (tx) => {
      const among = `text_sha256 IN (SELECT decode(hash, 'hex') FROM unnest($1::text[]) AS hash)`;
      await queryRows(tx, `SELECT 1 FROM documents.vector WHERE ${among} ORDER BY model, text_sha256 FOR UPDATE`, [hashes]);
      await queryRows(
        tx,
        `DELETE FROM documents.vector WHERE ${among}
           AND NOT EXISTS (SELECT 1 FROM documents.document WHERE document.text_sha256 = vector.text_sha256)`,
        [hashes],
      );
    });
  }
}

/** In the order of the hashes, so that two writers wait for each other and do not deadlock. */
async function insert(on: Queryable, { model, hashes, vectors }: EmbeddedTexts): Promise<void> {
  if (hashes.length === 0) return;
  await queryRows(
    on,
    `INSERT INTO documents.vector (model, text_sha256, vector)
     SELECT $1, decode(hash, 'hex'), substr($3::bytea, ((place - 1) * $4 + 1)::int, $4::int)
     FROM unnest($2::text[]) WITH ORDINALITY AS t(hash, place) ORDER BY hash ON CONFLICT DO NOTHING`,
    [model.id, hashes, vectors, 2 * model.dimension],
  );
}
