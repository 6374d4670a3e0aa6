/** Exports of their owners. Every query names the owner, but for the job, which was started by the owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import type { DataExport, ExportOptions, listExports, RequestOf } from '#contracts';
import { Database, JobStore } from '#platform';
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

  static async setPartitionJob(tx: EntityManager, id: string, jobId: string): Promise<void> {
    await queryRows(tx, 'UPDATE documents.export SET partition_job_id = $2 WHERE id = $1', [id, jobId]);
  }

  /** Writes down the files and holds them. @returns false when the export was deleted meanwhile */
  static async finish(tx: EntityManager, id: string, { files, manifest, rowCount }: WrittenExport): Promise<boolean> {
    const rows = await queryRows(
      tx,
      `UPDATE documents.export SET files = $2, manifest = $3, row_count = $4, ready = true, updated_at = now()
       WHERE id = $1 AND NOT ready RETURNING id`,
      [id, JSON.stringify(files), JSON.stringify(manifest), rowCount],
    );
    if (rows.length > 0) for (const { sha256 } of [...files, manifest]) await BlobReferences.hold(tx, sha256, holderOf(id));
    return rows.length > 0;
  }

  /** Lets the files go. @returns false when the owner has no such export */
  async remove({ id, ownerId }: OwnedKey): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [row] = await queryRows<{ files: DataExport['files']; manifest: ExportManifest | null }>(
        tx,
        'DELETE FROM documents.export WHERE id = $1 AND owner_id = $2 RETURNING files, manifest',
        [id, ownerId],
      );
      const held = [...(row?.files ?? []), ...(row?.manifest ? [row.manifest] : [])].map(({ sha256 }) => sha256);
      await BlobReferences.releaseAll(tx, held, holderOf(id));
      return row !== undefined;
    });
  }
}
