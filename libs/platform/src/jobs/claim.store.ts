/** The record as a worker writes it: every statement after the claim carries the fence, so a worker that lost its job changes nothing. */
import { Failure } from '#contracts';
import { inTransaction, type Queryable, queryRows, withoutWaiting } from '#storage';
import type { Reason } from './job-reason.ts';
import type { CommitRows, JobContext } from './job-run.ts';
import type { JobsDatabase } from './surroundings.ts';

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
const mine = `id = $1 AND fence = $2 AND state = 'running'`;
const leaseOf = (place: string) => `now() + ${place} * interval '1 millisecond'`;

const nobody = '00000000-0000-0000-0000-000000000000';
/** SQL: owners of whom as many jobs of the kind run as may; none without a limit. */
const ownersAtLimit = `ARRAY(SELECT owner_id FROM jobs.job WHERE kind = $1 AND state = 'running' AND $4::int IS NOT NULL
   GROUP BY owner_id HAVING count(*) >= $4)`;
const firstWaiting = (whose: string) =>
  `SELECT id FROM jobs.job WHERE kind = $1 AND state = 'queued' AND run_at <= now() AND ${whose} AND owner_id <> ALL (${ownersAtLimit})
   ORDER BY owner_id, rank, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

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

  constructor(database: JobsDatabase) {
    this.#database = database;
  }

  /**
   * Takes the first job that is due, of the owner whose turn it is: the next one, by id, behind `lastOwnerId` who has any. So each owner with
   * waiting jobs is served once in a round, however many jobs the others have. A crash of PostgreSQL may forget the claim; the fence then keeps this
   * worker out, and the job waits again.
   * @param maxPerOwner running jobs of this kind that one owner may have, in all processes together
   * @returns undefined when nothing of this kind waits, or only jobs of owners who are at that limit
   */
  async claim(kind: string, leaseMs: number, lastOwnerId = nobody, maxPerOwner?: number): Promise<Claim | undefined> {
    if (maxPerOwner === undefined) return this.#claim(this.#database.source, kind, leaseMs, lastOwnerId, null);
    return inTransaction(this.#database.source, async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('jobs claim'), hashtext($1))`, [kind]); // two at once would each see room for one more
      return this.#claim(tx, kind, leaseMs, lastOwnerId, maxPerOwner);
    });
  }

  /** Whether jobs of this kind are due, also those of owners who are at their limit. */
  async isWaiting(kind: string): Promise<boolean> {
    return this.#changed(`SELECT 1 FROM jobs.job WHERE kind = $1 AND state = 'queued' AND run_at <= now() LIMIT 1`, [kind]);
  }

  async #claim(on: Queryable, kind: string, leaseMs: number, lastOwnerId: string, maxPerOwner: number | null): Promise<Claim | undefined> {
    const [claim] = await queryRows<Claim>(
      on,
      `UPDATE jobs.job SET state = 'running', phase = NULL, percent = 0, attempts = attempts + 1,
         fence = greatest(fence + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
         started_at = coalesce(started_at, now()), attempt_at = now(), ends_at = NULL, lease_until = ${leaseOf('$2')}
       WHERE state = 'queued' AND ${withoutWaiting} AND id = coalesce((${firstWaiting('owner_id > $3')}), (${firstWaiting('owner_id <= $3')}))
       RETURNING id AS "jobId", owner_id AS "ownerId", fence, attempts AS attempt, max_attempts AS "maxAttempts", input, context`,
      [kind, leaseMs, lastOwnerId, maxPerOwner],
    );
    return claim;
  }

  /** False when the claim is lost. */
  renew({ jobId, fence }: Held, leaseMs: number): Promise<boolean> {
    return this.#changed(`UPDATE jobs.job SET lease_until = ${leaseOf('$3')} WHERE ${mine} AND ${withoutWaiting} RETURNING 1`, [
      jobId,
      fence,
      leaseMs,
    ]);
  }

  /** False when the claim is lost. `percent` only grows within an attempt. */
  progress({ jobId, fence }: Held, phase: string, percent: number, leaseMs: number): Promise<boolean> {
    return this.#changed(
      `UPDATE jobs.job SET phase = $3, percent = greatest(percent, $4), ends_at = ${smoothedEnd('$4')}, lease_until = ${leaseOf('$5')}
       WHERE ${mine} AND ${withoutWaiting} RETURNING 1`,
      [jobId, fence, phase, percent, leaseMs],
    );
  }

  /**
   * The result, the rows that belong to it, the state and the announcement, in one transaction. Doing it again after an answer that got lost is fine.
   * @throws ClaimLost, and nothing is written; what `commit` threw, likewise
   */
  async succeed(held: Held, result: unknown, commit: CommitRows | undefined): Promise<void> {
    const { source } = this.#database;
    if (!commit) return this.#succeed(source, held, result); // one statement is a transaction of its own
    await inTransaction(source, (tx) => this.#succeed(tx, held, result, () => commit(tx)));
  }

  async #succeed(on: Queryable, { jobId, fence }: Held, result: unknown, commit?: () => Promise<unknown>): Promise<void> {
    const ended = await queryRows(
      on,
      `UPDATE jobs.job SET state = 'succeeded', phase = NULL, percent = 100, result = $3, reason = NULL, tool_lines = '[]',
           lease_until = NULL, ended_at = now() WHERE ${mine} RETURNING 1`,
      [jobId, fence, JSON.stringify(result ?? null)],
    );
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

  async #changed(sql: string, parameters: readonly unknown[]): Promise<boolean> {
    return (await this.#rows(sql, parameters)).length > 0;
  }

  #rows<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return queryRows<Row>(this.#database.source, sql, parameters);
  }
}

/** Whether writing the same again later may work. */
export const isPassing = (error: unknown): boolean => error instanceof Failure && error.code === 'service-unavailable';
