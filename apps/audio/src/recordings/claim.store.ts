/** Rows whose work is done once, by one job, for all that refer to them: recordings, encodings, streams. */
import type { EntityManager } from 'typeorm';
import { JobStore } from '#platform';
import { queryRows } from '#storage';

/** `done`: another job has done the work. `forgotten`: nothing refers to the row any more. `held`: another running job does the work. */
export type Claim = { readonly state: 'claimed' | 'done' | 'forgotten' } | { readonly state: 'held'; readonly jobId: string };

/** A table with a column `claimed_by`. Names and conditions are SQL of ours, never of a request. */
export interface Claimable {
  readonly table: `audio.${string}`;
  /** The column of the primary key. */
  readonly key: 'id' | 'sha256';
  readonly isDone: string;
}

/**
 * Makes one job the only one that works on a row, in a transaction. The claim holds while its job runs: when that job ends, fails or loses its worker,
 * the next one may claim.
 */
export async function claimRow(tx: EntityManager, { table, key, isDone }: Claimable, id: string, jobId: string): Promise<Claim> {
  const [row] = await queryRows<{ holder: string | null; isDone: boolean }>(
    tx,
    `SELECT claimed_by AS holder, ${isDone} AS "isDone" FROM ${table} WHERE ${key} = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (!row) return { state: 'forgotten' };
  if (row.isDone) return { state: 'done' };
  // A statement of its own: the lock may have waited for another claim, whose job this snapshot must see running.
  const { holder } = row;
  if (holder !== null && holder !== jobId && (await JobStore.isRunning(tx, holder))) return { state: 'held', jobId: holder };
  await queryRows(tx, `UPDATE ${table} SET claimed_by = $2 WHERE ${key} = $1`, [id, jobId]);
  return { state: 'claimed' };
}
