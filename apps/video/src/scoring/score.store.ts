/** Saved runs of their owners, and their rows. Every query names the owner, or a run that was read for its owner. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import {
  decodeSortedCursor,
  encodeSortedCursor,
  type listScoreRuns,
  type OwnerChanges,
  type RequestOf,
  type ScoreRow,
  type ScoreRowPage,
  type ScoreRowSort,
  type ScoreRun,
} from '#contracts';
import { Database } from '#platform';
import {
  copyRows,
  insertOwned,
  loadList,
  type NewOwnedRow,
  type OwnedKey,
  OwnedRow,
  type Page,
  queryRows,
  requireRevision,
  updateOwned,
} from '#storage';
import { copyColumns } from './encode-rows.ts';
import { monthKey } from './score-months.ts';
import { ScorePartitionStore } from './score-partition.store.ts';

@Entity({ schema: 'video', name: 'score_run' })
export class ScoreRunRow extends OwnedRow {
  /** When its rows were written; they are in the partition of its month. */
  @Column('timestamptz', { name: 'rows_at' })
  rowsAt!: Date;

  @Column('integer', { name: 'row_count' })
  rowCount!: number;

  @Column('integer', { name: 'refused_count' })
  refusedCount!: number;

  @Column('text')
  method!: ScoreRun['method'];

  @Column('text', { name: 'method_reason' })
  methodReason!: string;

  @Column('float8', { name: 'compute_ms' })
  computeMs!: number;

  /** Absent in runs of before there were scorers. */
  @Column('text', { nullable: true })
  scorer!: string | null;

  @Column('jsonb')
  columns!: ScoreRun['columns'];

  @Column('text', { name: 'group_by', nullable: true })
  groupBy!: string | null;

  @Column('jsonb')
  groups!: ScoreRun['groups'];

  @Column('jsonb', { name: 'bad_lines' })
  badLines!: ScoreRun['badLines'];
}

export type ListScoreRuns = RequestOf<typeof listScoreRuns>;

export interface RowPageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly sort: ScoreRowSort;
}

/** Column and direction of each order. Place 1 has the highest score, so that each order is one range of one index. */
const orders: Readonly<Record<ScoreRowSort, { readonly column: 'place' | 'line'; readonly direction: 'ASC' | 'DESC' }>> = {
  '-score': { column: 'place', direction: 'ASC' },
  score: { column: 'place', direction: 'DESC' },
  line: { column: 'line', direction: 'ASC' },
  '-line': { column: 'line', direction: 'DESC' },
};

interface LoadedRow extends Omit<ScoreRow, 'zScores'> {
  readonly place: number;
  readonly zScores: readonly (number | null)[];
}

/** 2,000,000 rows with their indexes take longer than other statements may. */
const bulkTimeout = '110s';

@Injectable()
export class ScoreStore {
  constructor(private readonly database: Database) {}

  /**
   * Writes a run and its rows, both or neither.
   * @param rows in the text format of COPY, in the columns of `copyColumns`, with the month of the run's `rowsAt`
   * @throws Failure `external-id-taken`; what `rows` throws
   */
  async add(run: NewOwnedRow<ScoreRunRow> & { readonly rowsAt: Date }, rows: AsyncIterable<Uint8Array>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await ScorePartitionStore.ensure(tx, run.rowsAt);
      await insertOwned(tx, ScoreRunRow, run);
      await allowBulk(tx);
      await copyRows(tx, `video.score_row (${copyColumns})`, rows);
    });
  }

  find({ id, ownerId }: OwnedKey): Promise<ScoreRunRow | null> {
    return this.database.repository(ScoreRunRow).findOneBy({ id, ownerId });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  list(ownerId: string, request: ListScoreRuns): Promise<Page<ScoreRunRow>> {
    return loadList(this.database.repository(ScoreRunRow).createQueryBuilder('run').where({ ownerId }), request, {});
  }

  update(key: OwnedKey, changes: OwnerChanges & { readonly ifRevision?: number | undefined }): Promise<ScoreRunRow | null> {
    return this.database.transaction((tx) => updateOwned(tx, ScoreRunRow, key, changes));
  }

  /** @returns false when the owner has no such run. @throws Failure `precondition-failed` */
  remove({ id, ownerId }: OwnedKey, ifRevision?: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const sql = 'DELETE FROM video.score_run WHERE id = $1 AND owner_id = $2 RETURNING rows_at AS "rowsAt", revision';
      const [run] = await queryRows<{ rowsAt: Date; revision: number }>(tx, sql, [id, ownerId]);
      if (!run) return false;
      requireRevision(run, ifRevision); // what has been deleted comes back with the transaction
      await allowBulk(tx);
      await queryRows(tx, 'DELETE FROM video.score_row WHERE run_id = $1 AND month = $2', [id, monthKey(run.rowsAt)]);
      return true;
    });
  }

  /** @throws Failure `request-invalid` for a wrong cursor */
  async rows({ id, rowsAt, columns }: ScoreRunRow, { cursor, limit, sort }: RowPageRequest): Promise<ScoreRowPage> {
    const { column, direction } = orders[sort];
    const after = decodeSortedCursor(cursor, sort, 'number');
    const rows = await queryRows<LoadedRow>(
      this.database.source,
      `SELECT line, place, id, group_name AS "group", score, percentile_rank AS "percentileRank", group_percentile_rank AS "groupPercentileRank",
         z_scores AS "zScores"
       FROM video.score_row WHERE run_id = $1 AND month = $2 ${after ? `AND ${column} ${direction === 'ASC' ? '>' : '<'} $4` : ''}
       ORDER BY ${column} ${direction} LIMIT $3`,
      [id, monthKey(rowsAt), limit + 1, ...(after ? [after.value] : [])],
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      items: rows.slice(0, limit).map(({ place: _, zScores, ...row }) => ({
        ...row,
        zScores: Object.fromEntries(columns.map(({ name }, at) => [name, zScores[at] ?? null])),
      })),
      nextCursor: last ? encodeSortedCursor({ sort, value: last[column], id }) : null,
    };
  }
}

const allowBulk = (tx: EntityManager) => queryRows(tx, `SELECT set_config('statement_timeout', '${bulkTimeout}', true)`);
