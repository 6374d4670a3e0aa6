/** Runs that group the near-duplicates of a collection, and their groups. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import { duplicateIdsMax, duplicateRunsKept, type listDuplicateRuns, type RequestOf } from '#contracts';
import { Database, JobStore } from '#platform';
import { insertOwned, type ListDeclaration, loadList, type NewOwnedRow, OwnedRow, type Page, queryRows } from '#storage';
import type { StoredGroup } from './duplicate-groups.ts';

@Entity({ schema: 'documents', name: 'duplicate_run' })
export class DuplicateRunRow extends OwnedRow {
  @Column('uuid', { name: 'collection_id' })
  collectionId!: string;

  /** Of the collection when the run was started. */
  @Column('bigint', { transformer: { from: Number, to: (value: number) => value } })
  content!: number;

  @Column('float8', { name: 'min_similarity' })
  similarityMin!: number;

  @Column('integer', { name: 'document_count', nullable: true })
  documentCount!: number | null;

  @Column('integer', { name: 'group_count', nullable: true })
  groupCount!: number | null;

  @Column('integer', { name: 'duplicate_count', nullable: true })
  duplicateCount!: number | null;

  @Column('boolean', { default: false })
  ready!: boolean;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;
}

/** What a run computes: equal ones have equal results. */
export interface RunKey {
  readonly collectionId: string;
  readonly content: number;
  readonly similarityMin: number;
}

export interface GroupRow {
  readonly similarity: number;
  readonly documentCount: number;
  /** Numbers of its first 1,000 documents. */
  readonly first: readonly string[];
}

export interface RunResult {
  readonly groups: readonly StoredGroup[];
  readonly documentCount: number;
}

type ListRuns = Omit<RequestOf<typeof listDuplicateRuns>, 'collectionId'>;

const runsList: ListDeclaration<ListRuns> = { equals: { state: JobStore.resourceStates('run.ready', 'run.job_id') } };

/** Members of the groups that are written with one statement. */
const batchMembers = 50_000;

@Injectable()
export class DuplicateRunStore {
  constructor(private readonly database: Database) {}

  /** In the transaction that has locked the collection. @throws Failure `external-id-taken` */
  add(tx: EntityManager, row: NewOwnedRow<DuplicateRunRow>): Promise<void> {
    return insertOwned(tx, DuplicateRunRow, row);
  }

  find(id: string, collectionId: string): Promise<DuplicateRunRow | null> {
    return this.database.repository(DuplicateRunRow).findOneBy({ id, collectionId });
  }

  /** For its job. */
  findById(id: string): Promise<DuplicateRunRow | null> {
    return this.database.repository(DuplicateRunRow).findOneBy({ id });
  }

  static findSame(tx: EntityManager, key: RunKey): Promise<DuplicateRunRow | null> {
    return tx.getRepository(DuplicateRunRow).findOneBy({ ...key });
  }

  /** @returns the id of a finished run with this key */
  async findReady({ collectionId, content, similarityMin }: RunKey): Promise<string | undefined> {
    const sql = 'SELECT id FROM documents.duplicate_run WHERE collection_id = $1 AND content = $2 AND min_similarity = $3 AND ready';
    return (await queryRows<{ id: string }>(this.database.source, sql, [collectionId, content, similarityMin]))[0]?.id;
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, collectionId: string, request: ListRuns): Promise<Page<DuplicateRunRow>> {
    const query = this.database.repository(DuplicateRunRow).createQueryBuilder('run').where({ ownerId, collectionId });
    return loadList(query, request, runsList);
  }

  static async restart(tx: EntityManager, id: string, jobId: string): Promise<void> {
    await queryRows(tx, 'UPDATE documents.duplicate_run SET job_id = $2, updated_at = now() WHERE id = $1', [id, jobId]);
  }

  /** Removes all but the newest runs of a collection. @returns jobs of removed runs that may still work */
  static async prune(tx: EntityManager, collectionId: string): Promise<string[]> {
    const rows = await queryRows<{ jobId: string; ready: boolean }>(
      tx,
      `DELETE FROM documents.duplicate_run WHERE id IN
         (SELECT id FROM documents.duplicate_run WHERE collection_id = $1 ORDER BY created_at DESC, id DESC OFFSET ${duplicateRunsKept})
       RETURNING job_id AS "jobId", ready`,
      [collectionId],
    );
    return rows.filter(({ ready }) => !ready).map(({ jobId }) => jobId);
  }

  /** Writes down what a run has found. @returns false when it was deleted meanwhile */
  static async finish(tx: EntityManager, id: string, { groups, documentCount }: RunResult): Promise<boolean> {
    const duplicateCount = groups.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const rows = await queryRows(
      tx,
      `UPDATE documents.duplicate_run SET document_count = $2, group_count = $3, duplicate_count = $4, ready = true, updated_at = now()
       WHERE id = $1 AND NOT ready RETURNING id`,
      [id, documentCount, groups.length, duplicateCount],
    );
    if (rows.length === 0) return false;
    for (const batch of batchesOf(groups))
      await queryRows(
        tx,
        `INSERT INTO documents.duplicate_group (run_id, place, similarity, numbers)
         SELECT $1, p, s, n FROM json_to_recordset($2::json) AS row(p integer, s float8, n bigint[])`,
        [id, JSON.stringify(batch)],
      );
    return true;
  }

  /** The groups of a run from `start` on, the largest first. */
  groups(runId: string, start: number, count: number): Promise<GroupRow[]> {
    return queryRows(
      this.database.source,
      `SELECT similarity, cardinality(numbers) AS "documentCount", numbers[1:${duplicateIdsMax}] AS first FROM documents.duplicate_group
       WHERE run_id = $1 AND place >= $2 ORDER BY place LIMIT $3`,
      [runId, start, count],
    );
  }

  /** Of two calls at the same time, one removes it. @returns whether this one did */
  async remove(id: string, collectionId: string): Promise<boolean> {
    return (await this.database.repository(DuplicateRunRow).delete({ id, collectionId })).affected === 1;
  }
}

interface BatchRow {
  /** Place among the groups, similarity, numbers. */
  readonly p: number;
  readonly s: number;
  readonly n: readonly number[];
}

function* batchesOf(groups: readonly StoredGroup[]): Generator<readonly BatchRow[]> {
  let batch: BatchRow[] = [];
  let members = 0;
  for (const [place, { numbers, similarity }] of groups.entries()) {
    batch.push({ p: place, s: similarity, n: [...numbers] });
    members += numbers.length;
    if (members < batchMembers) continue;
    yield batch;
    [batch, members] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
