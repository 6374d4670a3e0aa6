/** Parts of loads that are being prepared, or wait to be written; each holds the file with its prepared chunks. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, queryRows } from '#storage';

export interface LoadPart {
  /** Where it begins in the file; where the next part begins. */
  readonly start: number;
  readonly end: number;
  /** Lines of the file before it, and in it. */
  readonly line: number;
  readonly lines: number;
  /** Names of the columns of a CSV file. */
  readonly columns: readonly string[] | null;
  readonly jobId: string;
}

export interface KeptPart extends LoadPart {
  /** The file with its prepared chunks; null until they are. */
  readonly sha256: string | null;
}

const columns = `start_byte::float8 AS start, end_byte::float8 AS "end", line, lines, columns, job_id AS "jobId", sha256`;
const holderOf = (jobId: string): BlobHolder => `posts.load-part:${jobId}`;

@Injectable()
export class LoadPartStore {
  constructor(private readonly database: Database) {}

  /** Notes a part, or that another job prepares it anew: what was prepared of it is let go. @returns false when the load has ended */
  static async put(tx: EntityManager, loadId: string, { start, end, line, lines, columns: names, jobId }: LoadPart): Promise<boolean> {
    const [before] = await queryRows<{ jobId: string; sha256: string | null }>(
      tx,
      'SELECT job_id AS "jobId", sha256 FROM documents.load_part WHERE load_id = $1 AND start_byte = $2 FOR UPDATE',
      [loadId, start],
    );
    if (before?.sha256) await BlobReferences.release(tx, before.sha256, holderOf(before.jobId));
    const rows = await queryRows(
      tx,
      `INSERT INTO documents.load_part (load_id, start_byte, end_byte, line, lines, columns, job_id)
       SELECT id, $2, $3, $4, $5, $6, $7 FROM documents.load WHERE id = $1 AND sha256 IS NOT NULL FOR SHARE
       ON CONFLICT (load_id, start_byte) DO UPDATE SET job_id = excluded.job_id, sha256 = NULL RETURNING 1`,
      [loadId, start, end, line, lines, names && JSON.stringify(names), jobId],
    );
    return rows.length > 0;
  }

  /** In the order of the file. */
  ofLoad(loadId: string): Promise<KeptPart[]> {
    const sql = `SELECT ${columns} FROM documents.load_part WHERE load_id = $1 ORDER BY start_byte`;
    return queryRows(this.database.source, sql, [loadId]);
  }

  /** The part that a job is to prepare. @returns undefined when nobody waits for it any more */
  async ofJob(loadId: string, start: number, jobId: string): Promise<KeptPart | undefined> {
    const sql = `SELECT ${columns} FROM documents.load_part WHERE load_id = $1 AND start_byte = $2 AND job_id = $3`;
    return (await queryRows<KeptPart>(this.database.source, sql, [loadId, start, jobId]))[0];
  }

  /** Holds the prepared chunks of a part, in the transaction that ends its job; nothing when nobody waits for them any more. */
  static async keep(tx: EntityManager, loadId: string, start: number, jobId: string, sha256: string): Promise<void> {
    const sql = 'UPDATE documents.load_part SET sha256 = $4 WHERE load_id = $1 AND start_byte = $2 AND job_id = $3 RETURNING 1';
    if ((await queryRows(tx, sql, [loadId, start, jobId, sha256])).length > 0) await BlobReferences.hold(tx, sha256, holderOf(jobId));
  }

  /** Lets the parts of loads go. @param writtenTo only those that end there or before */
  static async release(tx: EntityManager, loadIds: readonly string[], writtenTo: number | null = null): Promise<void> {
    const released = await queryRows<{ jobId: string; sha256: string | null }>(
      tx,
      `DELETE FROM documents.load_part WHERE load_id = ANY($1::uuid[]) AND ($2::bigint IS NULL OR end_byte <= $2) RETURNING job_id AS "jobId", sha256`,
      [loadIds, writtenTo],
    );
    for (const { jobId, sha256 } of released) if (sha256) await BlobReferences.release(tx, sha256, holderOf(jobId));
  }
}
