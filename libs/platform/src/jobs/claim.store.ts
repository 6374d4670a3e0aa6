/** Writes the state of jobs for a worker. Every statement after the claim carries the fence, so a worker that lost its job changes nothing. */
import { Failure } from '#contracts';
import { asyncCommit, inTransaction, isReferenceViolation, type Queryable, queryRows } from '#storage';
import { InFlightBatch } from './in-flight-batch.ts';
import type { JobsDatabase } from './job-engine-deps.ts';
import type { Reason } from './job-reason.ts';
import type { CommitRows, Deferral, JobContext } from './job-run.ts';
import { mayRun } from './suspended-owners.migration.ts';

export interface Claim {
  readonly jobId: string;
  readonly ownerId: string;
  /** Never the same twice, also for a claim that PostgreSQL forgot in a crash. */
  readonly fence: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly input: unknown;
  readonly context: JobContext;
}

/** Another worker, a cancellation or the reconciler has the job now. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

type Held = Pick<Claim, 'jobId' | 'fence'>;
type Result = Held & { readonly result: unknown };
const jsonOf = (result: unknown) => JSON.stringify(result ?? null);
const succeeded = (result: string) =>
  `state = 'succeeded', phase = NULL, percent = 100, result = ${result}, reason = NULL, tool_lines = '[]', lease_until = NULL, ended_at = now()`;
const mine = `id = $1 AND fence = $2 AND state = 'running'`;
const leaseOf = (place: string) => `now() + ${place} * interval '1 millisecond'`;

const nobody = '00000000-0000-0000-0000-000000000000';
/** SQL: when an attempt at `percent` will have ended if it goes on as it went so far. */
const expectedEnd = (percent: string) => `now() + (now() - attempt_at) * ((100 - ${percent}::float8) / ${percent}::float8)`;
/** SQL: that, smoothed; what is less than a second or a percent old says nothing yet. */
const smoothedEnd = (percent: string) => `CASE WHEN ${percent}::float8 < 1 OR now() < attempt_at + interval '1 second' THEN ends_at
  ELSE coalesce(ends_at + 0.3 * (${expectedEnd(percent)} - ends_at), ${expectedEnd(percent)}) END`;

/** SQL: the worker has been silent for a whole lease although the database was there to be spoken to. @param place of the lease in milliseconds */
export const isSilent = (place: string): string =>
  `state = 'running' AND lease_until < now() AND pg_postmaster_start_time() + ${place} * interval '1 millisecond' < now()`;

export class ClaimStore {
  readonly #database: JobsDatabase;
  /** Results without rows of their own, of attempts that end at the same time: one statement and one wait for the disk. */
  readonly #results = new InFlightBatch((results: readonly Result[]) => this.#succeedMany(results));

  constructor(database: JobsDatabase) {
    this.#database = database;
  }

  /** As {@link claimMany}, one. @returns undefined when nothing of this kind is due, or only jobs of owners who are at the limit */
  async claim(kind: string, leaseMs: number, lastOwnerId?: string, maxPerOwner?: number): Promise<Claim | undefined> {
    return (await this.claimMany(kind, 1, leaseMs, lastOwnerId, maxPerOwner))[0];
  }

  /** Whether jobs of this kind are due, also those of owners who are at their limit; not those of suspended owners. */
  isWaiting(kind: string): Promise<boolean> {
    const sql = `SELECT 1 FROM jobs.job WHERE kind = $1 AND state = 'queued' AND run_at <= now() AND ${mayRun('job')} LIMIT 1`;
    return this.#changed(sql, [kind]);
  }

  /**
   * Takes the first `count` jobs that are due, each of the owner whose turn it is: the next one, by id, behind `lastOwnerId`, then behind the owner of
   * the job before. So each owner with waiting jobs is served once in a round, however many jobs the others have; suspended owners wait. A crash of PostgreSQL may forget
   * the claims; their fences then keep this worker out, and the jobs wait again.
   * @param maxPerOwner running jobs of this kind that one owner may have, in all processes together; unlimited unless given
   */
  claimMany(kind: string, count: number, leaseMs: number, lastOwnerId = nobody, maxPerOwner?: number): Promise<Claim[]> {
    return this.#rows<Claim>(
      `SELECT id AS "jobId", owner_id AS "ownerId", fence, attempts AS attempt, max_attempts AS "maxAttempts", input, context
       FROM jobs.claim($1, $2, $3, $4, $5)`,
      [kind, leaseMs, lastOwnerId, count, maxPerOwner ?? null],
    );
  }

  /** False when the claim is lost. */
  renew({ jobId, fence }: Held, leaseMs: number): Promise<boolean> {
    return this.#changed(`UPDATE jobs.job SET lease_until = ${leaseOf('$3')} WHERE ${mine} AND ${asyncCommit} RETURNING 1`, [
      jobId,
      fence,
      leaseMs,
    ]);
  }

  /** False when the claim is lost. `percent` only grows within an attempt. */
  progress({ jobId, fence }: Held, phase: string, percent: number, leaseMs: number): Promise<boolean> {
    return this.#changed(
      `UPDATE jobs.job SET phase = $3, percent = greatest(percent, $4), ends_at = ${smoothedEnd('$4')}, lease_until = ${leaseOf('$5')}
       WHERE ${mine} AND ${asyncCommit} RETURNING 1`,
      [jobId, fence, phase, percent, leaseMs],
    );
  }

  /**
   * The result, the rows that belong to it, the state and the announcement, in one transaction. Doing it again after an answer that got lost is fine.
   * @throws ClaimLost, and nothing is written; what `commit` threw, likewise
   */
  async succeed(held: Held, result: unknown, commit: CommitRows | undefined): Promise<void> {
    const { source } = this.#database;
    if (!commit && (await this.#results.add({ ...held, result }))) return;
    if (!commit) return this.#succeed(source, held, result);
    await inTransaction(source, (tx) => this.#succeed(tx, held, result, () => commit(tx)));
  }

  /** Locks the jobs in the order of their ids. @returns whether each was written; the others no longer owned their job, or PostgreSQL refuses the statement because of them */
  async #succeedMany(results: readonly Result[]): Promise<boolean[]> {
    const columns = [results.map(({ jobId }) => jobId), results.map(({ fence }) => fence), results.map(({ result }) => jsonOf(result))];
    const ended = await this.#rows<{ id: string }>(
      `WITH held AS (SELECT id FROM jobs.job WHERE id = ANY($1::uuid[]) AND state = 'running' ORDER BY id FOR NO KEY UPDATE)
       UPDATE jobs.job j SET ${succeeded('r.result::jsonb')}
       FROM held JOIN unnest($1::uuid[], $2::bigint[], $3::text[]) AS r (id, fence, result) USING (id)
       WHERE j.id = held.id AND j.fence = r.fence AND j.state = 'running' RETURNING j.id`,
      columns,
    ).catch((error: unknown) => {
      if (isPassing(error)) throw error;
      return [];
    });
    const ids = new Set(ended.map(({ id }) => id));
    return results.map(({ jobId }) => ids.has(jobId));
  }

  async #succeed(on: Queryable, { jobId, fence }: Held, result: unknown, commit?: () => Promise<unknown>): Promise<void> {
    const ended = await queryRows(on, `UPDATE jobs.job SET ${succeeded('$3')} WHERE ${mine} RETURNING 1`, [jobId, fence, jsonOf(result)]);
    if (ended.length > 0) return void (await commit?.());
    const before = await queryRows(on, `SELECT 1 FROM jobs.job WHERE id = $1 AND fence = $2 AND state = 'succeeded'`, [jobId, fence]);
    if (before.length === 0) throw new ClaimLost(`attempt ${fence} of job ${jobId} no longer owns it`);
  }

  /** False when the claim is lost. */
  fail({ jobId, fence }: Held, reason: Reason, toolLines: readonly string[], dead: boolean): Promise<boolean> {
    return this.#changed(
      `UPDATE jobs.job SET state = 'failed', phase = NULL, reason = $3, tool_lines = $4, dead = $5, lease_until = NULL, ended_at = now()
       WHERE ${mine} RETURNING 1`,
      [jobId, fence, JSON.stringify(reason), JSON.stringify(toolLines), dead],
    );
  }

  /** Puts it back for another attempt; it is carried to a worker again when the delay is over. False when the claim is lost. */
  retryLater({ jobId, fence }: Held, reason: Reason, toolLines: readonly string[], delayMs: number): Promise<boolean> {
    return this.#changed(
      `UPDATE jobs.job SET state = 'queued', phase = NULL, percent = 0, reason = $3, tool_lines = $4, lease_until = NULL, run_at = ${leaseOf('$5')}
       WHERE ${mine} RETURNING 1`,
      [jobId, fence, JSON.stringify(reason), JSON.stringify(toolLines), delayMs],
    );
  }

  /** Hands it over because this process stops: no attempt counted. False when the claim is lost. */
  release({ jobId, fence }: Held): Promise<boolean> {
    return this.#changed(
      `UPDATE jobs.job SET state = 'queued', phase = NULL, percent = 0, attempts = attempts - 1, lease_until = NULL, run_at = now()
       WHERE ${mine} RETURNING 1`,
      [jobId, fence],
    );
  }

  /**
   * Puts it back until the job `waitsFor` leaves its worker (a trigger wakes it in that transaction), or until `atMostMs` have passed: no attempt
   * counted. Due at once when `waitsFor` does not run any more. False when the claim is lost.
   */
  defer({ jobId, fence }: Held, { phase, waitsFor, atMostMs }: Deferral<string>): Promise<boolean> {
    return inTransaction(this.#database.source, async (tx) => {
      const other = waitsFor === undefined ? undefined : await lockPair(tx, jobId, waitsFor);
      const waitMs = other && !other.isRunning ? 0 : atMostMs;
      const deferred = await queryRows(
        tx,
        `UPDATE jobs.job SET state = 'queued', phase = $3, percent = 0, attempts = attempts - 1, lease_until = NULL, run_at = ${leaseOf('$4')},
           waits_for = $5 WHERE ${mine} RETURNING 1`,
        [jobId, fence, phase, waitMs, other?.isRunning ? waitsFor : null],
      );
      return deferred.length > 0;
    });
  }

  async #changed(sql: string, parameters: readonly unknown[]): Promise<boolean> {
    return (await this.#rows(sql, parameters)).length > 0;
  }

  #rows<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return queryRows<Row>(this.#database.source, sql, parameters);
  }
}

/**
 * Locks a job and the one it is going to wait for, so that the other cannot end unseen between the look and the wait. Always in the order of ids:
 * two jobs that defer on each other do not deadlock.
 */
async function lockPair(tx: Queryable, jobId: string, otherId: string): Promise<{ readonly isRunning: boolean }> {
  const locked = await queryRows<{ id: string; isRunning: boolean }>(
    tx,
    `SELECT id, state = 'running' AS "isRunning" FROM jobs.job WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    [[jobId, otherId]],
  );
  return { isRunning: locked.some(({ id, isRunning }) => id === otherId && id !== jobId && isRunning) };
}

/** Whether writing the same again later may work. What a row refers to does not come back: the next attempt finds out what is gone. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Failure && error.code === 'service-unavailable' && !isReferenceViolation(error);
