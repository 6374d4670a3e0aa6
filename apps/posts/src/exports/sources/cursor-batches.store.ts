/** Rows of a query through a cursor on the server: memory is bounded by a batch, whatever the number of rows. */
import type { EntityManager } from 'typeorm';
import { queryRows } from '#storage';

export interface CursorQuery {
  /** Each row has its `size` in bytes, about, beside its own columns. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A batch has about this much text and analysis. */
const batchBytes = 2_000_000;
const maxBatchRows = 1_000;
const firstBatchRows = 50;
/** A slow blob store may keep a batch waiting for so long. */
const idleLimit = '10min';

/** Reads the rows as they are at the beginning. One cursor a transaction. */
export async function* cursorBatches<Row extends object>(tx: EntityManager, { sql, values }: CursorQuery): AsyncGenerator<readonly Row[]> {
  await queryRows(tx, `SELECT set_config('idle_in_transaction_session_timeout', '${idleLimit}', true)`);
  await tx.query(`DECLARE exported NO SCROLL CURSOR FOR ${sql}`, [...values]);
  for (let limit = firstBatchRows; ; ) {
    const rows = await queryRows<Row & { size: number }>(tx, `FETCH ${limit} FROM exported`);
    if (rows.length === 0) break;
    const bytes = rows.reduce((sum, { size }) => sum + size, 0);
    limit = Math.max(1, Math.min(maxBatchRows, Math.floor((batchBytes * rows.length) / Math.max(1, bytes))));
    yield rows;
  }
  await tx.query('CLOSE exported');
}
