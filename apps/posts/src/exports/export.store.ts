/** Exports of their owners. Every query names the owner, but for the job, which was started by the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { type DataExport, type ExportOptions, Failure, type listExports, type RequestOf } from '#contracts';
import { Database, JobStore, usage } from '#platform';
import {
  type BlobHolder,
  BlobReferences,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  queryRows,
} from '#storage';
import { type HeldFile, HeldFiles } from './held-file.store.ts';

/** A job of another service that writes rows. */
export interface PartitionJob {
  readonly id: string;
  readonly ownerId: string;
}

export interface ExportManifest {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What the job has written. */
export interface WrittenExport {
  readonly files: DataExport['files'];
  readonly manifest: ExportManifest;
  readonly rowCount: number;
}

@Entity({ schema: 'documents', name: 'export' })
export class ExportRow extends OwnedRow {
  @Column('text')
  source!: DataExport['source'];

  @Column('text')
  format!: DataExport['format'];

  @Column('text')
  compression!: DataExport['compression'];

  @Column('uuid', { name: 'collection_id', nullable: true })
  collectionId!: string | null;

  @Column('jsonb')
  options!: ExportOptions;

  @Column('integer', { name: 'row_count', nullable: true })
  rowCount!: number | null;

  @Column('jsonb')
  files!: DataExport['files'];

  /** The manifest as a file; null until it is ready, and where an earlier release has written it. */
  @Column('jsonb', { nullable: true })
  manifest!: ExportManifest | null;

  /** The job that writes the rows of another service. */
  @Column('uuid', { name: 'partition_job_id', nullable: true })
  partitionJobId!: string | null;

  @Column('boolean', { default: false })
  ready!: boolean;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;
}

export type ListExports = RequestOf<typeof listExports>;
const exportsList: ListDeclaration<ListExports> = {
  equals: { source: 'export.source', state: JobStore.resourceStates('export.ready', 'export.job_id') },
};
const holderOf = (exportId: string): BlobHolder => `posts.export:${exportId}`;
const hasOpenJob = `EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = export.job_id AND j.state IN ('queued', 'running'))`;
const holdsFiles = `EXISTS (SELECT 1 FROM documents.held_file f WHERE f.holder = 'posts.export:' || export.id)`;
/** Exports that one round of the upkeep works on; the next round goes on. */
const upkeepRows = 500;

@Injectable()
export class ExportStore {
  constructor(private readonly database: Database) {}

  /** @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<ExportRow>): Promise<void> {
    return insertOwned(tx, ExportRow, row);
  }

  find(id: string, ownerId: string): Promise<ExportRow | null> {
    return this.database.repository(ExportRow).findOneBy({ id, ownerId });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, request: ListExports): Promise<Page<ExportRow>> {
    return loadList(this.database.repository(ExportRow).createQueryBuilder('export').where({ ownerId }), request, exportsList);
  }

  static async setPartitionJob(tx: EntityManager, id: string, jobId: string | null): Promise<void> {
    await queryRows(tx, 'UPDATE documents.export SET partition_job_id = $2 WHERE id = $1', [id, jobId]);
  }

  /** Before an attempt writes: lets go what an interrupted one has written. @returns false when the export was deleted */
  static async begin(tx: EntityManager, key: OwnedKey): Promise<boolean> {
    if (!(await lockUnfinished(tx, key.id))) return false;
    await letGo(tx, key);
    return true;
  }

  /**
   * Holds a file while the export is written, and counts its bytes.
   * @returns false when the export was deleted
   * @throws Failure `quota-exceeded`; nothing is held then
   */
  static async hold(tx: EntityManager, { id, ownerId }: OwnedKey, file: HeldFile): Promise<boolean> {
    if (!(await lockUnfinished(tx, id))) return false;
    await usage.record(tx, ownerId, 'storageBytes', await HeldFiles.hold(tx, holderOf(id), file));
    return true;
  }

  /**
   * Writes down the files, which are held, and lets all others go.
   * @returns false when the export was deleted meanwhile
   * @throws Failure `service-unavailable` when one of the files is not held any more
   */
  static async finish(tx: EntityManager, { id, ownerId }: OwnedKey, { files, manifest, rowCount }: WrittenExport): Promise<boolean> {
    const rows = await queryRows(
      tx,
      `UPDATE documents.export SET files = $2, manifest = $3, row_count = $4, ready = true, updated_at = now()
       WHERE id = $1 AND NOT ready RETURNING id`,
      [id, JSON.stringify(files), JSON.stringify(manifest), rowCount],
    );
    if (rows.length === 0) return false;
    const written = [...files, manifest].map(({ sha256 }) => sha256);
    if (!(await HeldFiles.holdsAll(tx, holderOf(id), written)))
      throw new Failure('service-unavailable', 'Another attempt has let files of the export go.', { retryAfterSeconds: 1 });
    await letGo(tx, { id, ownerId }, written);
    return true;
  }

  /** After an attempt has failed: lets go what it has written. @param isStopped another attempt may go on, unless the job has ended */
  abandon(key: OwnedKey, isStopped: boolean): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (await lockUnfinished(tx, key.id, isStopped)) await letGo(tx, key);
    });
  }

  /** Lets go the files of exports whose job has ended without them. @param ownerId undefined: of any owner @returns how many exports held some */
  async releaseAbandoned(ownerId?: string): Promise<number> {
    const rows = await queryRows<OwnedKey>(
      this.database.source,
      `SELECT id, owner_id AS "ownerId" FROM documents.export
       WHERE NOT ready AND ($1::uuid IS NULL OR owner_id = $1) AND ${holdsFiles} AND NOT ${hasOpenJob} LIMIT ${upkeepRows}`,
      [ownerId ?? null],
    );
    for (const key of rows) await this.abandon(key, true);
    return rows.length;
  }

  /** Jobs of other services that write rows for exports whose own job has ended without them. */
  abandonedPartitions(): Promise<PartitionJob[]> {
    return queryRows(
      this.database.source,
      `SELECT partition.id, partition.owner_id AS "ownerId" FROM documents.export
         JOIN jobs.job AS partition ON partition.id = export.partition_job_id AND partition.state IN ('queued', 'running')
       WHERE NOT export.ready AND NOT ${hasOpenJob} LIMIT ${upkeepRows}`,
      [],
    );
  }

  /** Removes exports that ended so many days ago, with their files. @returns how many; fewer than there are when it was more than a round's work */
  async expire(keepDays: number): Promise<number> {
    const rows = await queryRows<OwnedKey>(
      this.database.source,
      `SELECT id, owner_id AS "ownerId" FROM documents.export
       WHERE updated_at < now() - $1 * interval '1 day' AND NOT ${hasOpenJob} ORDER BY updated_at LIMIT ${upkeepRows}`,
      [keepDays],
    );
    for (const key of rows) await this.remove(key);
    return rows.length;
  }

  /** Lets the files go. @returns false when the owner has no such export */
  async remove(key: OwnedKey): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [row] = await queryRows<Pick<ExportRow, 'files' | 'manifest'>>(
        tx,
        'DELETE FROM documents.export WHERE id = $1 AND owner_id = $2 RETURNING files, manifest',
        [key.id, key.ownerId],
      );
      // Also files that a copy of an older release has held, which noted them here alone.
      const noted = [...(row?.files ?? []), ...(row?.manifest ? [row.manifest] : [])].map(({ sha256 }) => sha256);
      await BlobReferences.releaseAll(tx, noted, holderOf(key.id));
      if (row) await letGo(tx, key);
      return row !== undefined;
    });
  }
}

/** One transaction at a time changes what an export holds. @returns false when it was deleted, is ready or, where that is asked, its job is open */
async function lockUnfinished(tx: EntityManager, id: string, isOver = false): Promise<boolean> {
  const sql = `SELECT 1 FROM documents.export WHERE id = $1 AND NOT ready ${isOver ? `AND NOT ${hasOpenJob}` : ''} FOR NO KEY UPDATE`;
  return (await queryRows(tx, sql, [id])).length > 0;
}

/** Lets files go and gives their bytes back to the owner. */
async function letGo(tx: EntityManager, { id, ownerId }: OwnedKey, keep: readonly string[] = []): Promise<void> {
  await usage.record(tx, ownerId, 'storageBytes', -(await HeldFiles.release(tx, holderOf(id), keep)));
}
