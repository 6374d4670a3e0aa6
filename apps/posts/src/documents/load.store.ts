/** Loads of files into collections: how far the file has been read, and what came of its lines. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Collection, DocumentFormat } from '#contracts';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';
import type { WrittenCounts } from './document.store.ts';
import type { BadLine } from './read-documents.ts';

export interface LoadRow {
  readonly id: string;
  readonly collectionId: string;
  readonly sha256: string;
  readonly format: DocumentFormat;
  readonly sizeBytes: number;
  /** Where the next chunk begins. */
  readonly byteOffset: number;
  /** Lines before it. */
  readonly line: number;
  /** Names of the columns of a CSV file, once its header has been read. */
  readonly columns: string[] | null;
  readonly linesRead: number;
  readonly added: number;
  readonly updated: number;
  readonly repeated: number;
  readonly refused: number;
  readonly badLines: BadLine[];
}

export type NewLoad = Pick<LoadRow, 'id' | 'collectionId' | 'sha256' | 'format' | 'sizeBytes'> & { readonly jobId: string };

export interface LoadedChunk {
  readonly start: number;
  readonly end: number;
  /** Number of its last line. */
  readonly line: number;
  readonly linesRead: number;
  readonly columns: readonly string[] | null;
  readonly counts: WrittenCounts;
  readonly badLines: readonly BadLine[];
  readonly refused: number;
}

const keptBadLines = 100;
const holderOf = (loadId: string): BlobHolder => `posts.load:${loadId}`;
const columns = `id, collection_id AS "collectionId", sha256, format, size_bytes::float8 AS "sizeBytes", byte_offset::float8 AS "byteOffset", line, columns,
  lines_read AS "linesRead", added, updated, repeated, refused, bad_lines AS "badLines"`;

@Injectable()
export class LoadStore {
  constructor(private readonly database: Database) {}

  /** Notes the load and holds its file. */
  static async add(tx: EntityManager, { id, collectionId, jobId, sha256, format, sizeBytes }: NewLoad): Promise<void> {
    const sql = 'INSERT INTO documents.load (id, collection_id, job_id, sha256, format, size_bytes) VALUES ($1, $2, $3, $4, $5, $6)';
    await queryRows(tx, sql, [id, collectionId, jobId, sha256, format, sizeBytes]);
    await BlobReferences.hold(tx, sha256, holderOf(id));
  }

  async find(id: string): Promise<LoadRow | undefined> {
    return (await queryRows<LoadRow>(this.database.source, `SELECT ${columns} FROM documents.load WHERE id = $1`, [id]))[0];
  }

  /**
   * Moves the load on by one chunk, in the transaction that writes its documents.
   * @returns false when the load does not stand at the beginning of this chunk: another attempt has written it, or the load was deleted
   */
  static async advance(tx: EntityManager, id: string, chunk: LoadedChunk): Promise<boolean> {
    const { added, updated, repeated } = chunk.counts;
    const rows = await queryRows(
      tx,
      `UPDATE documents.load SET byte_offset = $3, line = $4, columns = $5, lines_read = lines_read + $6, added = added + $7, updated = updated + $8,
         repeated = repeated + $9, refused = refused + $10,
         bad_lines = bad_lines || coalesce((SELECT jsonb_agg(bad) FROM (SELECT bad FROM jsonb_array_elements($11::jsonb) AS bad
           LIMIT greatest(0, ${keptBadLines} - jsonb_array_length(bad_lines))) AS kept), '[]')
       WHERE id = $1 AND byte_offset = $2 RETURNING id`,
      [
        ...[id, chunk.start, chunk.end, chunk.line, chunk.columns && JSON.stringify(chunk.columns), chunk.linesRead],
        ...[added, updated, repeated, chunk.refused, JSON.stringify(chunk.badLines)],
      ],
    );
    return rows.length > 0;
  }

  /** Ends a load and lets its file go. */
  static async remove(tx: EntityManager, { id, sha256 }: Pick<LoadRow, 'id' | 'sha256'>): Promise<void> {
    await queryRows(tx, 'DELETE FROM documents.load WHERE id = $1', [id]);
    await BlobReferences.release(tx, sha256, holderOf(id));
  }

  /** Ends loads that nobody works on: their job has failed or was cancelled. All of them when the collection is deleted. */
  static async removeOf(tx: EntityManager, collectionId: string, { all }: { readonly all: boolean }): Promise<void> {
    const loads = await queryRows<{ id: string; sha256: string }>(
      tx,
      `SELECT id, sha256 FROM documents.load l WHERE collection_id = $1 AND ($2 OR NOT EXISTS
         (SELECT 1 FROM jobs.job j WHERE j.id = l.job_id AND j.state IN ('queued', 'running')))`,
      [collectionId, all],
    );
    for (const load of loads) await LoadStore.remove(tx, load);
  }
}

export const outcomeOf = ({ linesRead, added, updated, repeated, refused, badLines }: LoadRow): NonNullable<Collection['lastLoad']> => ({
  ...{ linesRead, added, updated, repeated, refused, badLines },
});
