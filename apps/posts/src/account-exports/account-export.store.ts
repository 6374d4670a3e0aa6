/** Exports of all data of an account: one for each owner. Every query of a client names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { accountExportDays } from '#contracts';
import { Database, usage } from '#platform';
import { type BlobHolder, BlobReferences, insertOwned, type NewOwnedRow, type OwnedKey, OwnedRow, queryRows } from '#storage';
import type { PartitionJob } from '../exports/export.store.ts';
import { HeldFiles } from '../exports/held-file.store.ts';
import type { PartitionJobs } from '../exports/partitions.service.ts';

@Entity({ schema: 'documents', name: 'account_export' })
export class AccountExportRow extends OwnedRow {
  /** Jobs of other services that write the rows, by service. */
  @Column('jsonb', { name: 'partition_jobs', default: {} })
  partitionJobs!: PartitionJobs;

  @Column('text', { nullable: true })
  sha256!: string | null;

  @Column('bigint', {
    name: 'size_bytes',
    nullable: true,
    transformer: { from: (value: string | null) => (value === null ? null : Number(value)), to: (value: number | null) => value },
  })
  sizeBytes!: number | null;

  @Column('integer', { name: 'file_count', nullable: true })
  fileCount!: number | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('boolean', { default: false })
  ready!: boolean;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;
}

export interface WrittenArchive {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
}

const holderOf = (id: string): BlobHolder => `posts.account-export:${id}`;
const hasOpenJob = `EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = account_export.job_id AND j.state IN ('queued', 'running'))`;

/** Rows that are packed are there while the job runs. */
const uncounted = (sha256: string) => ({ sha256, sizeBytes: 0 });

@Injectable()
export class AccountExportStore {
  constructor(private readonly database: Database) {}

  /** Until `tx` ends, no other transaction makes an export of this owner. */
  static async lockOwner(tx: EntityManager, ownerId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('account-export'), hashtext($1))`, [ownerId]);
  }

  static findOf(tx: EntityManager, ownerId: string): Promise<AccountExportRow | null> {
    return tx.getRepository(AccountExportRow).findOneBy({ ownerId });
  }

  find({ id, ownerId }: OwnedKey): Promise<AccountExportRow | null> {
    return this.database.repository(AccountExportRow).findOneBy({ id, ownerId });
  }

  add(tx: EntityManager, row: NewOwnedRow<AccountExportRow>): Promise<void> {
    return insertOwned(tx, AccountExportRow, row);
  }

  static async setPartitionJobs(tx: EntityManager, id: string, jobs: PartitionJobs): Promise<void> {
    await queryRows(tx, 'UPDATE documents.account_export SET partition_jobs = $2 WHERE id = $1', [id, JSON.stringify(jobs)]);
  }

  /** Holds files while the archive is written: the rows that are packed, and the archive. @returns false when the export was deleted or is ready */
  static async hold(tx: EntityManager, id: string, sha256s: readonly string[]): Promise<boolean> {
    if (!(await lockUnfinished(tx, id))) return false;
    for (const sha256 of sha256s) await HeldFiles.hold(tx, holderOf(id), uncounted(sha256));
    return true;
  }

  /** Lets go what an attempt has held that was interrupted, or has failed. @param isStopped another attempt may go on, unless the job has ended */
  static async letGo(tx: EntityManager, id: string, isStopped = false): Promise<void> {
    if (await lockUnfinished(tx, id, isStopped)) await HeldFiles.release(tx, holderOf(id));
  }

  /** Lets go the files of exports whose job has ended without them. */
  async releaseAbandoned(): Promise<void> {
    const rows = await queryRows<{ id: string }>(
      this.database.source,
      `SELECT id FROM documents.account_export WHERE NOT ready AND NOT ${hasOpenJob}
         AND EXISTS (SELECT 1 FROM documents.held_file f WHERE f.holder = 'posts.account-export:' || account_export.id) LIMIT 500`,
    );
    for (const { id } of rows) await this.database.transaction((tx) => AccountExportStore.letGo(tx, id, true));
  }

  /** Jobs of other services that write rows for exports whose own job has ended without them. */
  abandonedPartitions(): Promise<PartitionJob[]> {
    return queryRows(
      this.database.source,
      `SELECT partition.id, partition.owner_id AS "ownerId" FROM documents.account_export
         CROSS JOIN LATERAL jsonb_each_text(account_export.partition_jobs) AS written(service, job_id)
         JOIN jobs.job AS partition ON partition.id = written.job_id::uuid AND partition.state IN ('queued', 'running')
       WHERE NOT account_export.ready AND NOT ${hasOpenJob} LIMIT 500`,
      [],
    );
  }

  /** Removes archives whose time is over and whose job that was to do so has not: it was cancelled, or has failed. A round's work at most. */
  async removeExpired(): Promise<void> {
    const sql = 'SELECT id, owner_id AS "ownerId" FROM documents.account_export WHERE expires_at < now() ORDER BY expires_at LIMIT 500';
    const rows = await queryRows<OwnedKey>(this.database.source, sql);
    for (const key of rows) await this.database.transaction((tx) => AccountExportStore.remove(tx, key));
  }

  /**
   * Writes down the archive, holds it, and lets all other files go. It counts as storage and is never refused: whoever has used most of the quota must get
   * at the data too.
   * @returns false when the export was deleted meanwhile
   */
  static async finish(tx: EntityManager, { id, ownerId }: OwnedKey, { sha256, sizeBytes, fileCount }: WrittenArchive): Promise<boolean> {
    const rows = await queryRows(
      tx,
      `UPDATE documents.account_export SET sha256 = $2, size_bytes = $3, file_count = $4, ready = true, updated_at = now(),
         expires_at = now() + interval '${accountExportDays} days' WHERE id = $1 AND NOT ready RETURNING id`,
      [id, sha256, sizeBytes, fileCount],
    );
    if (rows.length === 0) return false;
    const bytes = await HeldFiles.hold(tx, holderOf(id), { sha256, sizeBytes });
    const released = await HeldFiles.release(tx, holderOf(id), [sha256]);
    await usage.recordUnchecked(tx, ownerId, 'storageBytes', bytes - released);
    return true;
  }

  /** Lets the archive go. @returns false when the owner has no such export */
  static async remove(tx: EntityManager, { id, ownerId }: OwnedKey): Promise<boolean> {
    const sql = 'DELETE FROM documents.account_export WHERE id = $1 AND owner_id = $2 RETURNING sha256';
    const [row] = await queryRows<{ sha256: string | null }>(tx, sql, [id, ownerId]);
    if (row?.sha256) await BlobReferences.release(tx, row.sha256, holderOf(id)); // a copy of an older release has noted it here alone
    if (row) await usage.record(tx, ownerId, 'storageBytes', -(await HeldFiles.release(tx, holderOf(id))));
    return row !== undefined;
  }
}

/** One transaction at a time changes what an export holds. @returns false when it was deleted, is ready or, where that is asked, its job is open */
async function lockUnfinished(tx: EntityManager, id: string, isOver = false): Promise<boolean> {
  const sql = `SELECT 1 FROM documents.account_export WHERE id = $1 AND NOT ready ${isOver ? `AND NOT ${hasOpenJob}` : ''} FOR NO KEY UPDATE`;
  return (await queryRows(tx, sql, [id])).length > 0;
}
