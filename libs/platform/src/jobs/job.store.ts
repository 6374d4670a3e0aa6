/**
 * Jobs as their owners see them. SQL throughout: every statement is conditional on state and owner in one step, which an entity's
 * load-change-save could not say without a race.
 */
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type * as z from 'zod';
import {
  decodeCursor,
  Failure,
  type FieldError,
  fieldErrors,
  type Job,
  type JobKind,
  type JobState,
  type KeysetPosition,
  presentProgress,
  type ResourceState,
  type UnfinishedNoun,
  unfinished,
} from '#contracts';
import { inTransaction, microsecondsOf, type Page, type PageRequest, type Queryable, queryRows, toPage, violatedIndex } from '#storage';
import { reserveAgain } from '../usage/reservations.ts';
import { afterCommit } from './after-commit.ts';
import type { JobsDatabase } from './job-engine-deps.ts';
import type { JobContext } from './job-run.ts';

export interface NewJob<K extends JobKind> {
  readonly ownerId: string;
  readonly input: z.input<K['input']>;
  readonly context: JobContext;
  /** What the job is about, for the client: `{ trackId }`. */
  readonly subject?: Readonly<Record<string, string>>;
  /** While a job of this owner and kind with the same key is queued or running, that one is answered instead. */
  readonly dedupeKey?: string;
  readonly delayMs?: number;
  /** -9 to 9, 0 unless told: each step puts it ten minutes ahead among the waiting jobs of its owner. Other owners' jobs are not touched by it. */
  readonly priority?: number;
}

const cancellable = `state IN ('queued', 'running') AND NOT runs_while_suspended`;
const cancelled = `state = 'cancelled', phase = NULL, lease_until = NULL, ended_at = now(),
  reason = '{"code": "cancelled", "message": "Cancelled by its owner."}'`;

interface Unfinished {
  readonly ready?: boolean;
  readonly jobId: string;
  readonly ownerId: string;
}

export interface JobFilter extends PageRequest {
  /** Any of them. */
  readonly states?: readonly JobState[] | undefined;
  readonly kind?: string | undefined;
  /** None of these. */
  readonly exceptKinds?: readonly string[] | undefined;
  /** Both inclusive; ISO 8601. */
  readonly createdAtMin?: string | undefined;
  readonly createdAtMax?: string | undefined;
}

export class JobStore {
  readonly #database: JobsDatabase;
  readonly #onEnqueued: () => void;

  /** @param onEnqueued called once a new job is committed, so that the relay of this process publishes it at once */
  constructor(database: JobsDatabase, onEnqueued: () => void) {
    this.#database = database;
    this.#onEnqueued = onEnqueued;
  }

  /**
   * Writes the job inside the caller's transaction, together with whatever it is about; it leaves for a worker when that commits.
   * @throws Failure `request-invalid` when the input does not fit its kind
   */
  async enqueue<K extends JobKind>(tx: EntityManager, kind: K, order: NewJob<K>): Promise<Job> {
    const input = kind.input.safeParse(order.input);
    if (!input.success) throw invalidInput(kind, fieldErrors(input.error, '/body'));
    for (let tries = 0; tries < 3; tries++) {
      const found = (await this.#insert(tx, kind, order, input.data)) ?? (await this.#duplicate(tx, kind, order));
      if (found) return found;
    } // each time the duplicate ended between the two statements
    throw new Failure('overloaded', 'Jobs with this key end faster than they can be looked up; try again.', { retryAfterSeconds: 1 });
  }

  async #insert<K extends JobKind>(tx: EntityManager, kind: K, order: NewJob<K>, input: unknown): Promise<Job | undefined> {
    const [row] = await this.#insertRow(
      tx,
      `INSERT INTO jobs.job AS j (id, owner_id, kind, max_attempts, subject, input, context, dedupe_key, run_at, priority, runs_while_suspended)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now() + $9 * interval '1 millisecond', $10, $11)
       ON CONFLICT (owner_id, kind, dedupe_key) WHERE dedupe_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING
       RETURNING jobs.snapshot(j) AS job`,
      [
        randomUUID(),
        order.ownerId,
        kind.name,
        kind.maxAttempts,
        JSON.stringify(order.subject ?? {}),
        JSON.stringify(input),
        JSON.stringify(order.context),
        order.dedupeKey ?? null,
        order.delayMs ?? 0,
        order.priority ?? 0,
        kind.runsWhileSuspended ?? false,
      ],
    );
    return row?.job;
  }

  /**
   * Writes down a job whose result was there already, so that a client who asks for work finds one answer whether it had to be done or not.
   */
  async recordSuccess<K extends JobKind>(tx: EntityManager, kind: K, order: NewJob<K>, output: z.output<K['output']>): Promise<Job> {
    const [row] = await this.#insertRow(
      tx,
      `INSERT INTO jobs.job AS j (id, owner_id, kind, max_attempts, subject, input, context, state, percent, result, started_at, ended_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'succeeded', 100, $8, now(), now()) RETURNING jobs.snapshot(j) AS job`,
      [
        randomUUID(),
        order.ownerId,
        kind.name,
        kind.maxAttempts,
        JSON.stringify(order.subject ?? {}),
        JSON.stringify(order.input),
        JSON.stringify(order.context),
        JSON.stringify(output),
      ],
    );
    if (!row) throw new Failure('internal', 'The job could not be written.');
    return row.job;
  }

  async #insertRow(tx: EntityManager, sql: string, values: readonly unknown[]): Promise<{ job: Job }[]> {
    const rows = await queryRows<{ job: Job }>(tx, sql, values);
    if (rows.length > 0) afterCommit(tx, this.#onEnqueued);
    return rows;
  }

  async #duplicate(
    tx: EntityManager,
    kind: JobKind,
    { ownerId, dedupeKey }: { ownerId: string; dedupeKey?: string },
  ): Promise<Job | undefined> {
    const [row] = await queryRows<{ job: Job }>(
      tx,
      `SELECT jobs.snapshot(j) AS job FROM jobs.job j
       WHERE owner_id = $1 AND kind = $2 AND dedupe_key = $3 AND state IN ('queued', 'running')`,
      [ownerId, kind.name, dedupeKey],
    );
    return row?.job;
  }

  /** @throws Failure `job-not-found`, also for a job of somebody else */
  get(jobId: string, ownerId: string): Promise<Job> {
    return this.#find(this.#database.source, jobId, ownerId);
  }

  /** Whether a worker runs it now, of any owner. For a decision inside `tx`. */
  static async isRunning(tx: Queryable, jobId: string): Promise<boolean> {
    return (await queryRows(tx, `SELECT 1 FROM jobs.job WHERE id = $1 AND state = 'running'`, [jobId])).length > 0;
  }

  /**
   * SQL conditions for the `state` filter of a list, as `presentProgress` decides it.
   * @param isReady SQL condition on the row of the resource @param jobId SQL of the column with the id of its job
   */
  static resourceStates(isReady: string, jobId: string): Readonly<Record<ResourceState, string>> {
    const hasOpenJob = `EXISTS (SELECT 1 FROM jobs.job j WHERE j.id = ${jobId} AND j.state NOT IN ('failed', 'cancelled'))`;
    return { ready: isReady, processing: `NOT (${isReady}) AND ${hasOpenJob}`, failed: `NOT (${isReady}) AND NOT ${hasOpenJob}` };
  }

  /** The states of several jobs at once; those that are not there, or somebody else's, are left out. */
  async statesOf(
    jobIds: readonly string[],
    ownerId: string,
    on: Queryable = this.#database.source,
  ): Promise<ReadonlyMap<string, JobState>> {
    if (jobIds.length === 0) return new Map();
    const rows = await queryRows<{ id: string; state: JobState }>(
      on,
      'SELECT id, state FROM jobs.job WHERE id = ANY($1::uuid[]) AND owner_id = $2',
      [jobIds, ownerId],
    );
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  /** Several jobs at once; those that are not there, or somebody else's, are left out. */
  async findMany(jobIds: readonly string[], ownerId: string): Promise<ReadonlyMap<string, Job>> {
    if (jobIds.length === 0) return new Map();
    const rows = await queryRows<{ job: Job }>(
      this.#database.source,
      'SELECT jobs.snapshot(j) AS job FROM jobs.job j WHERE id = ANY($1::uuid[]) AND owner_id = $2',
      [jobIds, ownerId],
    );
    return new Map(rows.map(({ job }) => [job.id, job]));
  }

  /** New to old. @throws Failure `request-invalid` for a cursor that is not ours */
  async list(ownerId: string, { states, kind, exceptKinds, createdAtMin, createdAtMax, cursor, limit }: JobFilter): Promise<Page<Job>> {
    const after = decodeCursor(cursor);
    const rows = await queryRows<KeysetPosition & { job: Job }>(
      this.#database.source,
      `SELECT jobs.snapshot(j) AS job, id, ${microsecondsOf('created_at')} AS "createdAt" FROM jobs.job j
       WHERE owner_id = $1 AND ($2::text[] IS NULL OR state = ANY($2)) AND ($3::text IS NULL OR kind = $3) AND ($9::text[] IS NULL OR kind <> ALL($9))
         AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
         AND ($7::timestamptz IS NULL OR created_at >= $7) AND ($8::timestamptz IS NULL OR created_at < $8::timestamptz + interval '1 millisecond')
       ORDER BY created_at DESC, id DESC LIMIT $6`,
      [
        ownerId,
        states ?? null,
        kind ?? null,
        after?.createdAt ?? null,
        after?.id ?? null,
        limit + 1,
        createdAtMin ?? null,
        createdAtMax ?? null,
        exceptKinds ?? null,
      ],
    );
    const page = toPage(rows, limit, (row) => row);
    return { items: page.items.map((row) => row.job), nextCursor: page.nextCursor };
  }

  /**
   * Ends a job that waits or runs. It counts as cancelled from here on; its worker, if any, is told to stop and can write nothing more.
   * @throws Failure `job-not-found`; `job-finished` when it had ended before; `job-not-cancellable` when it removes what has been deleted
   */
  async cancel(jobId: string, ownerId: string): Promise<Job> {
    const [row] = await queryRows<{ job: Job }>(
      this.#database.source,
      `UPDATE jobs.job AS j SET ${cancelled} WHERE id = $1 AND owner_id = $2 AND ${cancellable} RETURNING jobs.snapshot(j) AS job`,
      [jobId, ownerId],
    );
    return row?.job ?? this.#refuseToCancel(jobId, ownerId);
  }

  /**
   * Why what a job makes cannot be given.
   * @param row what waits for the job; `ready` where only a part of it is missing, which may still be made
   */
  async unfinished(noun: UnfinishedNoun, { ready, jobId, ownerId }: Unfinished): Promise<Failure> {
    if (ready) return unfinished(noun, { state: 'processing', problem: null });
    return unfinished(noun, presentProgress(false, (await this.findMany([jobId], ownerId)).get(jobId)));
  }

  /** Lets what is encoded be played while its job is open. @throws Failure `<noun>-failed` when the job has failed, was cancelled or is forgotten */
  async requireUnfailed(noun: UnfinishedNoun, row: Unfinished): Promise<void> {
    if (row.ready) return;
    const failure = await this.unfinished(noun, row);
    if (failure.code === `${noun}-failed`) throw failure;
  }

  /** Ends a job that waits or runs; one that has ended, or is forgotten, stays as it is. */
  async cancelIfOpen(jobId: string, ownerId: string): Promise<void> {
    await this.cancel(jobId, ownerId).catch((error: unknown) => {
      if (!(error instanceof Failure) || !['job-finished', 'job-not-found', 'job-not-cancellable'].includes(error.code)) throw error;
    });
  }

  /** Ends those of these jobs that wait or run, in one statement; they are locked in the order of their ids. */
  async cancelOpen(jobIds: readonly string[], ownerId: string): Promise<void> {
    if (jobIds.length === 0) return;
    await queryRows(
      this.#database.source,
      `WITH open AS (
         SELECT id FROM jobs.job WHERE id = ANY($1::uuid[]) AND owner_id = $2 AND ${cancellable} ORDER BY id FOR NO KEY UPDATE)
       UPDATE jobs.job AS j SET ${cancelled} FROM open WHERE j.id = open.id`,
      [jobIds, ownerId],
    );
  }

  /**
   * Queues a failed or cancelled job once more, with all its attempts.
   * @throws Failure `job-not-found`; `job-finished` when it succeeded, waits or runs, or another job with its key does; `quota-exceeded`
   */
  async retry(jobId: string, ownerId: string): Promise<Job> {
    const queued = await inTransaction(this.#database.source, async (tx) => {
      await reserveAgain(tx, jobId, ownerId);
      return requeue(tx, jobId, ownerId);
    });
    return (
      queued ??
      this.#refuse(jobId, ownerId, 'Only a failed or cancelled job can be run again, and only while no other job does the same work.')
    );
  }

  async #refuseToCancel(jobId: string, ownerId: string): Promise<never> {
    const { state } = await this.#find(this.#database.source, jobId, ownerId);
    if (state !== 'queued' && state !== 'running') throw new Failure('job-finished', 'The job has already ended.');
    throw new Failure('job-not-cancellable', 'The job removes what has been deleted or has expired; it cannot be cancelled.');
  }

  async #refuse(jobId: string, ownerId: string, message: string): Promise<never> {
    await this.#find(this.#database.source, jobId, ownerId);
    throw new Failure('job-finished', message);
  }

  async #find(on: Queryable, jobId: string, ownerId: string): Promise<Job> {
    const [row] = await queryRows<{ job: Job }>(on, 'SELECT jobs.snapshot(j) AS job FROM jobs.job j WHERE id = $1 AND owner_id = $2', [
      jobId,
      ownerId,
    ]);
    if (!row) throw new Failure('job-not-found', 'There is no such job.');
    return row.job;
  }
}

/**
 * @param ownerId undefined for an operator, who may requeue anybody's
 * @returns undefined when it is not failed or cancelled, or another job with its key waits or runs
 */
export async function requeue(on: Queryable, jobId: string, ownerId: string | undefined): Promise<Job | undefined> {
  const [row] = await queryRows<{ job: Job }>(
    on,
    `UPDATE jobs.job AS j SET state = 'queued', attempts = 0, percent = 0, run_at = now(), ended_at = NULL, dead = false, reason = NULL, tool_lines = '[]'
     WHERE id = $1 AND ($2::uuid IS NULL OR owner_id = $2) AND state IN ('failed', 'cancelled')
       AND NOT EXISTS (SELECT 1 FROM jobs.job o WHERE o.owner_id = j.owner_id AND o.kind = j.kind AND o.dedupe_key = j.dedupe_key AND o.state IN ('queued', 'running'))
     RETURNING jobs.snapshot(j) AS job`,
    [jobId, ownerId ?? null],
  ).catch(noneIfDuplicate);
  return row?.job;
}

/** A job with the same key was queued at this moment. */
function noneIfDuplicate(error: unknown): [] {
  if (violatedIndex(error) === 'job_dedupe') return [];
  throw error;
}

const invalidInput = (kind: JobKind, errors: readonly FieldError[]) =>
  new Failure('request-invalid', `The input does not fit ${kind.name}.`, { errors });
