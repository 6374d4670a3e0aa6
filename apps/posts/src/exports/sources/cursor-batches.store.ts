/** Rows of a query through a cursor on the server: memory is bounded by two batches, whatever the number of rows. */
import type { EntityManager } from 'typeorm';
import { queryRows } from '#storage';
import { isoOf } from './row-columns.ts';

export interface CursorQuery {
  /** Each row has its `size` in bytes, about, beside its own columns. */
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Columns with timestamps as {@link isoOf} takes them; rows have them in ISO 8601. */
  readonly moments?: readonly string[];
}

/** A batch has about this much text and analysis. */
const batchBytes = 2_000_000;
const maxBatchRows = 1_000;
const firstBatchRows = 50;
/** A slow blob store may keep a batch waiting for so long. */
const idleLimit = '10min';

/** Reads the rows as they are at the beginning, a batch ahead, so that PostgreSQL works while a batch is written. One cursor a transaction. */
export async function* cursorBatches<Row extends object>(
  tx: EntityManager,
  { sql, values, moments = [] }: CursorQuery,
): AsyncGenerator<readonly Row[]> {
  await queryRows(tx, `SELECT set_config('idle_in_transaction_session_timeout', '${idleLimit}', true)`);
  await tx.query(`DECLARE exported NO SCROLL CURSOR FOR ${sql}`, [...values]);
  const fetch = (limit: number) => {
    const rows = queryRows<Row & { size: number }>(tx, `FETCH ${limit} FROM exported`);
    rows.catch(() => undefined); // it may fail while the reader writes: who asks for the next batch hears of it
    return rows;
  };
  let ahead = fetch(firstBatchRows);
  try {
    for (let rows = await ahead; rows.length > 0; rows = await ahead) {
      const bytes = rows.reduce((sum, { size }) => sum + size, 0);
      ahead = fetch(Math.max(1, Math.min(maxBatchRows, Math.floor((batchBytes * rows.length) / Math.max(1, bytes)))));
      for (const row of rows as Record<string, unknown>[]) for (const name of moments) row[name] = isoOf(row[name] as string);
      yield rows;
    }
  } finally {
    await ahead.catch(() => undefined); // the transaction ends after its last statement
  }
  await tx.query('CLOSE exported');
}
