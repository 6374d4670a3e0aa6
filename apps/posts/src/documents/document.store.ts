/** Documents of a collection. SQL throughout: rows come in by thousands, and go out by pages and cursors. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CollectionDocument, decodeSortedCursor, encodeSortedCursor } from '#contracts';
import { Database } from '#platform';
import { type Page, type Queryable, queryRows } from '#storage';

export interface DocumentRow {
  readonly number: string;
  readonly externalId: string;
  readonly text: string;
  readonly language: string;
  readonly metadata: Record<string, string>;
  readonly analysis?: CollectionDocument['analysis'];
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
}

export interface DocumentsPage {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly language?: string | undefined;
  readonly withAnalysis: boolean;
}

const columns = `number, external_id AS "externalId", text, language, metadata, created_at AS "createdAt", updated_at AS "updatedAt"`;
/** A page is one message; it ends where it has this many bytes of text and analysis. */
const pageBytes = 400_000;
const eraseBatch = 5_000;

@Injectable()
export class DocumentStore {
  constructor(private readonly database: Database) {}

  /**
   * Writes documents, in the transaction that has locked the collection.
   * @param rows JSON list of `{ i: externalId, t: text, l: language, m: metadata, a: analysis, s: signature in base64 }`; every id once
   */
  static async write(tx: EntityManager, collectionId: string, rows: string, loadId: string | null): Promise<WrittenCounts> {
    const [counts] = await queryRows<{ written: number; existing: number; repeated: number }>(
      tx,
      `WITH incoming AS (SELECT * FROM json_to_recordset($2::json) AS row(i text, t text, l text, m jsonb, a jsonb, s text)),
       existing AS (SELECT document.load_id FROM documents.document JOIN incoming ON external_id = i WHERE collection_id = $1),
       written AS (
         INSERT INTO documents.document AS document (collection_id, external_id, text, language, metadata, analysis, signature, load_id)
         SELECT $1, i, t, l, coalesce(m, '{}'), a, decode(s, 'base64'), $3 FROM incoming
         ON CONFLICT (collection_id, external_id) DO UPDATE SET text = excluded.text, language = excluded.language, metadata = excluded.metadata,
           analysis = excluded.analysis, signature = excluded.signature, load_id = excluded.load_id, updated_at = now()
         RETURNING 1)
       SELECT (SELECT count(*) FROM written)::int AS written, count(*)::int AS existing,
         (count(*) FILTER (WHERE load_id = $3))::int AS repeated FROM existing`,
      [collectionId, rows, loadId],
    );
    const { written = 0, existing = 0, repeated = 0 } = counts ?? {};
    return { added: written - existing, updated: existing - repeated, repeated };
  }

  async find(collectionId: string, externalId: string): Promise<DocumentRow | undefined> {
    const sql = `SELECT ${columns}, analysis FROM documents.document WHERE collection_id = $1 AND external_id = $2`;
    return (await queryRows<DocumentRow>(this.database.source, sql, [collectionId, externalId]))[0];
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

  static async remove(tx: EntityManager, collectionId: string, externalId: string): Promise<boolean> {
    const sql = 'DELETE FROM documents.document WHERE collection_id = $1 AND external_id = $2 RETURNING 1';
    return (await queryRows(tx, sql, [collectionId, externalId])).length > 0;
  }

  /** Removes some documents of a deleted collection. @returns how many; 0 when none are left */
  async erase(collectionId: string): Promise<number> {
    const rows = await queryRows(
      this.database.source,
      `DELETE FROM documents.document WHERE collection_id = $1 AND external_id IN
         (SELECT external_id FROM documents.document WHERE collection_id = $1 ORDER BY number LIMIT ${eraseBatch}) RETURNING 1`,
      [collectionId],
    );
    return rows.length;
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
