/** Documents of a collection. SQL throughout: rows come in by thousands, and go out by pages and cursors. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CollectionDocument, decodeSortedCursor, encodeSortedCursor } from '#contracts';
import { Database } from '#platform';
import { type Page, type Queryable, queryRows } from '#storage';

export interface DocumentRow {
  readonly number: string;
  readonly collectionId: string;
  readonly externalId: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Record<string, string>;
  readonly analysis?: CollectionDocument['analysis'];
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SignatureRow {
  readonly number: string;
  readonly signature: Buffer | null;
}

export interface WrittenCounts {
  readonly added: number;
  readonly updated: number;
  /** Documents that the same load had written before. */
  readonly repeated: number;
  /** Hashes of the texts that were there before, in hex. */
  readonly replacedHashes: readonly string[];
}

export interface DocumentsPage {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly language?: string | undefined;
  readonly withAnalysis: boolean;
}

const columns = `number, collection_id AS "collectionId", external_id AS "externalId", text, language, metadata, revision, created_at AS "createdAt",
  updated_at AS "updatedAt"`;
/** Counts the writes of the collection, not of the document: a document that was deleted and written again must not have its old revision. */
const nextRevision = 'SELECT least(content + 1, 2147483647)::integer FROM documents.collection WHERE id = $1';
/** A page is one message; it ends where it has this many bytes of text and analysis. */
const pageBytes = 400_000;
const eraseBatch = 5_000;

@Injectable()
export class DocumentStore {
  constructor(private readonly database: Database) {}

  /**
   * Writes documents, in the transaction that has locked the collection and records the change of its content.
   * @param rows in UTF-8, JSON list of `{ i: externalId, t: text, l: language, m: metadata, a: analysis, s: signature in base64, h: hash of the text in hex }`; every id once
   */
  static async write(tx: EntityManager, collectionId: string, rows: Uint8Array, loadId: string | null): Promise<WrittenCounts> {
    const [counts] = await queryRows<{ written: number; existing: number; repeated: number; hashes: string[] }>(
      tx,
      `WITH incoming AS (SELECT * FROM json_to_recordset($2::json) AS row(i text, t text, l text, m jsonb, a jsonb, s text, h text)),
       existing AS (SELECT document.load_id, encode(document.text_sha256, 'hex') AS hash FROM documents.document JOIN incoming ON external_id = i WHERE collection_id = $1),
       written AS (
         INSERT INTO documents.document AS document (collection_id, external_id, text, language, metadata, analysis, signature, text_sha256, load_id, revision)
         SELECT $1, i, t, l, coalesce(m, '{}'), a, decode(s, 'base64'), decode(h, 'hex'), $3, (${nextRevision}) FROM incoming
         ON CONFLICT (collection_id, external_id) DO UPDATE SET text = excluded.text, language = excluded.language, metadata = excluded.metadata,
           analysis = excluded.analysis, signature = excluded.signature, text_sha256 = excluded.text_sha256, load_id = excluded.load_id,
           revision = excluded.revision, updated_at = now()
         RETURNING 1)
       SELECT (SELECT count(*) FROM written)::int AS written, count(*)::int AS existing,
         (count(*) FILTER (WHERE load_id = $3))::int AS repeated,
         coalesce(array_agg(hash) FILTER (WHERE hash IS NOT NULL), '{}') AS hashes FROM existing`,
      [collectionId, rows, loadId],
    );
    const { written = 0, existing = 0, repeated = 0, hashes: replacedHashes = [] } = counts ?? {};
    return { added: written - existing, updated: existing - repeated, repeated, replacedHashes };
  }

  async find(collectionId: string, externalId: string): Promise<DocumentRow | undefined> {
    const sql = `SELECT ${columns}, analysis FROM documents.document WHERE collection_id = $1 AND external_id = $2`;
    return (await queryRows<DocumentRow>(this.database.source, sql, [collectionId, externalId]))[0];
  }

  /** @returns undefined where there is no such document */
  static async revision(tx: EntityManager, collectionId: string, externalId: string): Promise<number | undefined> {
    const sql = 'SELECT revision FROM documents.document WHERE collection_id = $1 AND external_id = $2';
    return (await queryRows<{ revision: number }>(tx, sql, [collectionId, externalId]))[0]?.revision;
  }

  /** In the order in which they came. @throws Failure `request-invalid` for a wrong cursor */
  async list(collectionId: string, { cursor, limit, language, withAnalysis }: DocumentsPage): Promise<Page<DocumentRow>> {
    const after = decodeSortedCursor(cursor, collectionId, 'number');
    const rows = await queryRows<DocumentRow & { size: number }>(
      this.database.source,
      `SELECT ${columns}, octet_length(text) ${withAnalysis ? '+ coalesce(octet_length(analysis::text), 0)' : ''} AS size
         ${withAnalysis ? ', analysis' : ''} FROM documents.document
       WHERE collection_id = $1 AND number > $2 ${language === undefined ? '' : 'AND language = $4'} ORDER BY number LIMIT $3`,
      [collectionId, after?.value ?? 0, limit + 1, ...(language === undefined ? [] : [language])],
    );
    let [taken, bytes] = [0, 0];
    while (taken < Math.min(limit, rows.length) && (taken === 0 || bytes + rows[taken]!.size <= pageBytes)) bytes += rows[taken++]!.size;
    const last = taken < rows.length ? rows[taken - 1] : undefined;
    return {
      items: rows.slice(0, taken),
      nextCursor: last ? encodeSortedCursor({ sort: collectionId, value: Number(last.number), id: collectionId }) : null,
    };
  }

  /** @returns the hash of its text, null where it has none; undefined when there is no such document */
  static async remove(tx: EntityManager, collectionId: string, externalId: string): Promise<string | null | undefined> {
    const sql = `DELETE FROM documents.document WHERE collection_id = $1 AND external_id = $2 RETURNING encode(text_sha256, 'hex') AS hash`;
    return (await queryRows<{ hash: string | null }>(tx, sql, [collectionId, externalId]))[0]?.hash;
  }

  /**
   * Removes some documents of a deleted collection.
   * @param skipsLocked leaves those out that another statement removes now; without it they are waited for
   * @returns the hashes of their texts; none when no document is left
   */
  async erase(collectionId: string, skipsLocked = false): Promise<(string | null)[]> {
    const rows = await queryRows<{ hash: string | null }>(
      this.database.source,
      `DELETE FROM documents.document WHERE collection_id = $1 AND external_id IN
         (SELECT external_id FROM documents.document WHERE collection_id = $1 ORDER BY number LIMIT ${eraseBatch} ${skipsLocked ? 'FOR UPDATE SKIP LOCKED' : ''})
       RETURNING encode(text_sha256, 'hex') AS hash`,
      [collectionId],
    );
    return rows.map(({ hash }) => hash);
  }

  /**
   * The next collections that have documents, by id: one step in an index for each, however many documents it has.
   * @param after the last id of the page before
   */
  withDocuments(after: string, limit: number): Promise<{ id: string; isGone: boolean }[]> {
    return queryRows(
      this.database.source,
      `WITH RECURSIVE page(id, place) AS (
         (SELECT collection_id, 1 FROM documents.document WHERE collection_id > $1 ORDER BY collection_id LIMIT 1)
         UNION ALL
         SELECT (SELECT d.collection_id FROM documents.document d WHERE d.collection_id > page.id ORDER BY d.collection_id LIMIT 1), place + 1
         FROM page WHERE id IS NOT NULL AND place < $2)
       SELECT id, NOT EXISTS (SELECT 1 FROM documents.collection c WHERE c.id = page.id) AS "isGone" FROM page WHERE id IS NOT NULL ORDER BY id`,
      [after, limit],
    );
  }

  signatures(collectionId: string, after: string, limit: number): Promise<SignatureRow[]> {
    const sql = 'SELECT number, signature FROM documents.document WHERE collection_id = $1 AND number > $2 ORDER BY number LIMIT $3';
    return queryRows(this.database.source, sql, [collectionId, after, limit]);
  }

  /** Texts and ids by number; a document that has been deleted since is left out. */
  byNumbers(collectionId: string, numbers: readonly string[], on: Queryable = this.database.source) {
    return queryRows<{ number: string; externalId: string; text: string }>(
      on,
      `SELECT number, external_id AS "externalId", text FROM documents.document WHERE collection_id = $1 AND number = ANY($2::bigint[])`,
      [collectionId, numbers],
    );
  }

  idsByNumbers(collectionId: string, numbers: readonly string[]) {
    return queryRows<{ number: string; externalId: string }>(
      this.database.source,
      `SELECT number, external_id AS "externalId" FROM documents.document WHERE collection_id = $1 AND number = ANY($2::bigint[])`,
      [collectionId, numbers],
    );
  }
}
