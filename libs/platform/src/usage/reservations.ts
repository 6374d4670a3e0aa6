/** What open jobs will use of a quota. A reservation counts while its job waits or runs; the job records what it has used in the transaction that ends it. */
import type { EntityManager } from 'typeorm';
import type { Meter } from '#contracts';
import { queryRows } from '#storage';
import { lockQuota, requireRoom, standingOf } from './quotas.ts';

export interface Reservation {
  readonly jobId: string;
  readonly ownerId: string;
  readonly meter: Meter;
  readonly amount: number;
  /** What the job will use is not known: anything that is left is enough, and no more than that is reserved. */
  readonly isEstimate?: boolean;
}

/**
 * Reserves for a job in the transaction that enqueues it, after all rows that `tx` locks. Transactions of one owner wait for each other, so that of several
 * jobs at the edge of the quota only those begin that fit together. A job that has reserved before, because it was enqueued already, stays as it is.
 *
 * @throws Failure `quota-exceeded`
 */
export async function reserve(tx: EntityManager, { jobId, ownerId, meter, amount, isEstimate = false }: Reservation): Promise<void> {
  const isLimited = await lockQuota(tx, ownerId, meter);
  if ((await queryRows(tx, 'SELECT 1 FROM jobs.job WHERE id = $1 AND reserved_meter IS NOT NULL', [jobId])).length > 0) return;
  const standing = isLimited ? await standingOf(tx, ownerId, meter) : undefined;
  if (standing) requireRoom(meter, standing, isEstimate ? 0 : amount);
  const { limit = null, used = 0, reserved = 0 } = standing ?? {};
  const kept = isEstimate && limit !== null ? Math.min(amount, limit - used - reserved) : amount;
  await queryRows(tx, 'UPDATE jobs.job SET reserved_meter = $2, reserved_amount = $3 WHERE id = $1', [jobId, meter, kept]);
}

/** Takes from a reservation what its job has used before it ends: it is recorded, and counts once. */
export async function spendReserved(tx: EntityManager, jobId: string, meter: Meter, amount: number): Promise<void> {
  const sql = 'UPDATE jobs.job SET reserved_amount = greatest(0, reserved_amount - $3) WHERE id = $1 AND reserved_meter = $2';
  await queryRows(tx, sql, [jobId, meter, amount]);
}

/** Before a job that has ended is queued again: it reserves the same once more. @throws Failure `quota-exceeded` */
export async function reserveAgain(tx: EntityManager, jobId: string, ownerId: string): Promise<void> {
  const [job] = await queryRows<{ meter: Meter; amount: number }>(
    tx,
    `SELECT reserved_meter AS meter, reserved_amount AS amount FROM jobs.job
     WHERE id = $1 AND owner_id = $2 AND reserved_meter IS NOT NULL AND state IN ('failed', 'cancelled')`,
    [jobId, ownerId],
  );
  if (!job || !(await lockQuota(tx, ownerId, job.meter))) return;
  requireRoom(job.meter, await standingOf(tx, ownerId, job.meter), job.amount);
}
