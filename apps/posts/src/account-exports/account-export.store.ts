/** Exports of all data of an account: one for each owner. Every query of a client names the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { accountExportDays } from '#contracts';
import { Database } from '#platform';
import { type BlobHolder, BlobReferences, insertOwned, type NewOwnedRow, type OwnedKey, OwnedRow, queryRows } from '#storage';
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

  /** Writes down the archive and holds it. @returns false when the export was deleted meanwhile */
  static async finish(tx: EntityManager, id: string, { sha256, sizeBytes, fileCount }: WrittenArchive): Promise<boolean> {
    const rows = await queryRows(
      tx,
      `UPDATE documents.account_export SET sha256 = $2, size_bytes = $3, file_count = $4, ready = true, updated_at = now(),
         expires_at = now() + interval '${accountExportDays} days' WHERE id = $1 AND NOT ready RETURNING id`,
      [id, sha256, sizeBytes, fileCount],
    );
    if (rows.length > 0) await BlobReferences.hold(tx, sha256, holderOf(id));
    return rows.length > 0;
  }

  /** Lets the archive go. @returns false when the owner has no such export */
  static async remove(tx: EntityManager, { id, ownerId }: OwnedKey): Promise<boolean> {
    const sql = 'DELETE FROM documents.account_export WHERE id = $1 AND owner_id = $2 RETURNING sha256';
    const [row] = await queryRows<{ sha256: string | null }>(tx, sql, [id, ownerId]);
    if (row?.sha256) await BlobReferences.release(tx, row.sha256, holderOf(id));
    return row !== undefined;
  }
}
