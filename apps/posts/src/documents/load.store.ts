/** Loads of files into collections: how far the file has been read, and what came of its lines. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { badLinesKept, type DocumentFormat, type listLoads, loadsKept, type RequestOf } from '#contracts';
import { Database, JobStore, usage } from '#platform';
import {
  type BlobHolder,
  BlobReferences,
  insertOwned,
  type ListDeclaration,
  loadList,
  type NewOwnedRow,
  OwnedRow,
  type Page,
  queryRows,
} from '#storage';
import type { WrittenCounts } from './document.store.ts';
import { LoadPartStore } from './load-part.store.ts';
import type { BadLine } from './read-documents.ts';

const bytes = { from: Number, to: (value: number) => value };

@Entity({ schema: 'documents', name: 'load' })
export class LoadRow extends OwnedRow {
  @Column('uuid', { name: 'collection_id' })
  collectionId!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  /** The file; null once it is not held any more. */
  @Column('text', { nullable: true })
  sha256!: string | null;

  @Column('text')
  format!: DocumentFormat;

  @Column('bigint', { name: 'size_bytes', transformer: bytes })
  sizeBytes!: number;

  /** Where the next chunk begins. */
  @Column('bigint', { name: 'byte_offset', default: 0, transformer: bytes })
  byteOffset!: number;

  /** Lines before it. */
  @Column('integer', { default: 0 })
  line!: number;

  /** Names of the columns of a CSV file, once its header has been read. */
  @Column('jsonb', { nullable: true })
  columns!: string[] | null;

  @Column('integer', { name: 'lines_read', default: 0 })
  lineCount!: number;

  @Column('integer', { name: 'added', default: 0 })
  addedCount!: number;

  @Column('integer', { name: 'updated', default: 0 })
  updatedCount!: number;

  @Column('integer', { name: 'repeated', default: 0 })
  repeatedCount!: number;

  @Column('integer', { name: 'refused', default: 0 })
  refusedCount!: number;

  @Column('jsonb', { name: 'bad_lines', default: [] })
  badLines!: BadLine[];

  /** It has been read to its end. */
  @Column('boolean', { default: false })
  ready!: boolean;
}

export type NewLoad = NewOwnedRow<LoadRow> & Pick<LoadRow, 'collectionId' | 'format' | 'sizeBytes' | 'jobId'> & { readonly sha256: string };
export type ListLoads = Omit<RequestOf<typeof listLoads>, 'collectionId'>;

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

interface HeldFile {
  readonly id: string;
  readonly ownerId: string;
  readonly sha256: string | null;
  readonly sizeBytes: number;
}

/** As a statement returns them that ends a load: with the file that it had until then. */
const heldColumns = 'load.id, load.owner_id AS "ownerId", load.size_bytes::float8 AS "sizeBytes"';

const loadsList: ListDeclaration<ListLoads> = { equals: { state: JobStore.resourceStates('load.ready', 'load.job_id') } };
const holderOf = (loadId: string): BlobHolder => `posts.load:${loadId}`;
const hasOpenJob = `EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = load.job_id AND j.state IN ('queued', 'running'))`;

@Injectable()
export class LoadStore {
  constructor(private readonly database: Database) {}

  /** Notes the load and holds its file. What the file counts is recorded by the caller, last. @throws Failure `external-id-taken` */
  static async add(tx: EntityManager, row: NewLoad): Promise<void> {
    await insertOwned(tx, LoadRow, row);
    await BlobReferences.hold(tx, row.sha256, holderOf(row.id));
  }

  static async isThere(tx: EntityManager, id: string): Promise<boolean> {
    return (await queryRows(tx, 'SELECT 1 FROM documents.load WHERE id = $1', [id])).length > 0;
  }

  find(where: FindOptionsWhere<LoadRow>): Promise<LoadRow | null> {
    return this.database.repository(LoadRow).findOneBy(where);
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, collectionId: string, request: ListLoads): Promise<Page<LoadRow>> {
    const query = this.database.repository(LoadRow).createQueryBuilder('load').where({ ownerId, collectionId });
    return loadList(query, request, loadsList);
  }

  /**
   * Moves the load on by one chunk, in the transaction that writes its documents.
   * @returns false when the load does not stand at the beginning of this chunk: another attempt has written it, or the load was deleted
   */
  static async advance(tx: EntityManager, id: string, chunk: LoadedChunk): Promise<boolean> {
    const { added, updated, repeated } = chunk.counts;
    const rows = await queryRows(
      tx,
      `UPDATE documents.load SET byte_offset = $3, line = $4, columns = coalesce(columns, $5), lines_read = lines_read + $6, added = added + $7, updated = updated + $8,
         repeated = repeated + $9, refused = refused + $10,
         bad_lines = bad_lines || coalesce((SELECT jsonb_agg(bad) FROM (SELECT bad FROM jsonb_array_elements($11::jsonb) AS bad
           LIMIT greatest(0, ${badLinesKept} - jsonb_array_length(bad_lines))) AS kept), '[]')
       WHERE id = $1 AND byte_offset = $2 RETURNING id`,
      [
        ...[id, chunk.start, chunk.end, chunk.line, chunk.columns && JSON.stringify(chunk.columns), chunk.linesRead],
        ...[added, updated, repeated, chunk.refused, JSON.stringify(chunk.badLines)],
      ],
    );
    return rows.length > 0;
  }

  /** Ends a load and lets its file go. @returns false when it was deleted */
  static async end(tx: EntityManager, id: string, isReady: boolean): Promise<boolean> {
    const rows = await queryRows<HeldFile>(
      tx,
      `UPDATE documents.load SET ready = $2, sha256 = NULL, updated_at = now()
       FROM (SELECT id, sha256 FROM documents.load WHERE id = $1 FOR NO KEY UPDATE) AS held
       WHERE load.id = held.id RETURNING ${heldColumns}, held.sha256`,
      [id, isReady],
    );
    await LoadStore.release(tx, rows);
    return rows.length > 0;
  }

  /**
   * Lets the file of a load go that nobody works on, because its job has failed or was cancelled.
   * @returns false when it has none, or is worked on
   */
  static async abandon(tx: EntityManager, id: string): Promise<boolean> {
    const sql = `SELECT 1 FROM documents.load WHERE id = $1 AND sha256 IS NOT NULL AND NOT ${hasOpenJob} FOR NO KEY UPDATE`;
    return (await queryRows(tx, sql, [id])).length > 0 && LoadStore.end(tx, id, false);
  }

  /** Lets the files of such loads of all owners go; that of a dead letter after a day, so that an operator can run it again. */
  async releaseAbandoned(): Promise<void> {
    const rows = await queryRows<{ id: string }>(
      this.database.source,
      `SELECT id FROM documents.load WHERE sha256 IS NOT NULL AND NOT ${hasOpenJob}
         AND NOT EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = load.job_id AND j.dead AND j.ended_at > now() - interval '1 day') LIMIT 500`,
    );
    for (const { id } of rows) await this.database.transaction((tx) => LoadStore.abandon(tx, id));
  }

  /** Lets the files of loads go that nobody works on, because their job has failed or was cancelled, and removes all but the newest loads. */
  static async prune(tx: EntityManager, collectionId: string): Promise<void> {
    const abandoned = await queryRows<HeldFile>(
      tx,
      `WITH held AS (SELECT id, sha256 FROM documents.load WHERE collection_id = $1 AND sha256 IS NOT NULL AND NOT ${hasOpenJob} ORDER BY id FOR NO KEY UPDATE)
       UPDATE documents.load SET ready = false, sha256 = NULL, updated_at = now() FROM held WHERE load.id = held.id RETURNING ${heldColumns}, held.sha256`,
      [collectionId],
    );
    await queryRows(
      tx,
      `DELETE FROM documents.load WHERE sha256 IS NULL AND id IN
         (SELECT id FROM documents.load WHERE collection_id = $1 ORDER BY created_at DESC, id DESC OFFSET ${loadsKept})`,
      [collectionId],
    );
    await LoadStore.release(tx, abandoned);
  }

  /** Of a collection that is deleted. */
  static async removeOf(tx: EntityManager, collectionId: string): Promise<void> {
    const sql = `DELETE FROM documents.load WHERE collection_id = $1 RETURNING ${heldColumns}, sha256`;
    await LoadStore.release(tx, await queryRows<HeldFile>(tx, sql, [collectionId]));
  }

  /** Jobs that load into a collection. */
  async openJobs(collectionId: string): Promise<string[]> {
    const sql = `SELECT job_id AS id FROM documents.load WHERE collection_id = $1 AND sha256 IS NOT NULL AND ${hasOpenJob}`;
    return (await queryRows<{ id: string }>(this.database.source, sql, [collectionId])).map(({ id }) => id);
  }

  /** Lets files of one owner go, with what was prepared of them, and gives their bytes back, at once: the usage is locked after all rows of `tx`. */
  private static async release(tx: EntityManager, loads: readonly HeldFile[]): Promise<void> {
    if (loads.length > 0)
      await LoadPartStore.release(
        tx,
        loads.map(({ id }) => id),
      );
    const held = loads.filter(({ sha256 }) => sha256 !== null);
    for (const { id, sha256 } of held) await BlobReferences.release(tx, sha256!, holderOf(id));
    const bytes = held.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (held[0]) await usage.record(tx, held[0].ownerId, 'storageBytes', -bytes);
  }
}
