/** The jobs of an account that is erased. Those that erase themselves must succeed before the records of all jobs are deleted. */
import type { EntityManager } from 'typeorm';
import { type Queryable, queryRows } from '#storage';
import { requeue } from '../jobs/job.store.ts';

/**
 * Ends the jobs of an owner that wait or run, in the transaction that requests the erasure; those that only remove something run now. They are locked in the
 * order of their ids, as by whoever ends or defers several jobs.
 */
export async function cancelJobsOf(tx: EntityManager, ownerId: string): Promise<void> {
  await queryRows(tx, `SELECT 1 FROM jobs.job WHERE owner_id = $1 AND state IN ('queued', 'running') ORDER BY id FOR NO KEY UPDATE`, [
    ownerId,
  ]);
  await queryRows(
    tx,
    `UPDATE jobs.job SET state = 'cancelled', phase = NULL, lease_until = NULL, ended_at = now(),
       reason = '{"code": "cancelled", "message": "The account was deleted."}'
     WHERE owner_id = $1 AND state IN ('queued', 'running') AND NOT runs_while_suspended`,
    [ownerId],
  );
  await queryRows(
    tx,
    `UPDATE jobs.job SET run_at = now() WHERE owner_id = $1 AND state = 'queued' AND runs_while_suspended AND run_at > now()`,
    [ownerId],
  );
}

/**
 * @returns whether every job that began with the erasure has succeeded, and every job that only removes something, whenever it began; those that failed
 *   or were cancelled are queued again
 */
export async function erasingJobsHaveEnded(on: Queryable, ownerId: string): Promise<boolean> {
  const open = await queryRows<{ id: string; state: string }>(
    on,
    `SELECT j.id, j.state FROM jobs.job j JOIN erasure.request r USING (owner_id)
     WHERE j.owner_id = $1 AND (j.state IN ('queued', 'running') OR (j.state = 'failed' AND j.created_at > r.begun_at)
       OR (j.state IN ('failed', 'cancelled') AND j.runs_while_suspended)) LIMIT 100`,
    [ownerId],
  );
  for (const { id, state } of open) if (state === 'failed' || state === 'cancelled') await requeue(on, id, ownerId);
  return open.length === 0;
}
