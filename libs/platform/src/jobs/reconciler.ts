/** Recovers jobs whose worker stopped responding or whose message NATS lost, and deletes old ones. Every copy runs it; an advisory lock lets one at a time. */

import type { EntityManager } from 'typeorm';
import { runBackgroundLoop, WakeSignal } from '#compute';
import { dropPartitions, HourlyUpkeep, inTransaction, makePartitions, queryRows } from '#storage';
import { defaultSettings } from './attempt.ts';
import { isSilent } from './claim.store.ts';
import { jobEvents } from './event-partitions.migration.ts';
import { jobOldest, jobQueueDepth, outboxLag, outboxPending } from './job.metrics.ts';
import type { JobsDatabase, JobsLink, JobsLog } from './job-engine-deps.ts';
import { messagesOf } from './streams.ts';
import { mayRun } from './suspended-owners.migration.ts';

export interface ReconcilerSettings {
  readonly everyMs: number;
  /** A job that has been due for longer than this and has no message is published again. */
  readonly missedAfterMs: number;
  /** Of the workers. */
  readonly leaseMs: number;
  /** Events are dropped with their month when it was over this long ago; the rows of jobs stay. */
  readonly keepEventsMs: number;
  /** … and after this the row too. */
  readonly keepJobsMs: number;
}

const defaults: ReconcilerSettings = {
  everyMs: 5_000,
  missedAfterMs: 5_000,
  leaseMs: defaultSettings.leaseMs,
  keepEventsMs: 24 * 3_600_000,
  keepJobsMs: 30 * 24 * 3_600_000,
};
const mostAtOnce = 4_000;

/** SQL: due for a while, and no message about it is in the outbox. A suspended owner's jobs are published again when the account may act. */
const isOverdue = (place: string) => `${mayRun('j')} AND run_at < now() - ${place} * interval '1 millisecond'
  AND NOT EXISTS (SELECT 1 FROM jobs.outbox o WHERE o.job_id = j.id AND o.channel = 'carry' AND o.due_at <= now())`;

export class Reconciler {
  readonly #database: JobsDatabase;
  readonly #link: JobsLink;
  readonly #log: JobsLog;
  readonly #onChange: () => void;
  readonly #settings: ReconcilerSettings;
  readonly #upkeep: HourlyUpkeep;

  constructor(database: JobsDatabase, link: JobsLink, log: JobsLog, onChange: () => void, settings: Partial<ReconcilerSettings> = {}) {
    this.#database = database;
    this.#link = link;
    this.#log = log;
    this.#onChange = onChange;
    this.#settings = { ...defaults, ...settings };
    this.#upkeep = new HourlyUpkeep('jobs.job_event', log);
  }

  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    const step = async () => {
      await this.measure();
      await this.sweep();
      await this.#upkeep.whenDue(() => this.maintainEvents());
      return this.#settings.everyMs;
    };
    return runBackgroundLoop({ purpose: 'reconcile jobs', log: this.#log, signal, wake: new WakeSignal(), step });
  }

  /** One round. The rows that it changes are free again before NATS is asked. */
  async sweep(): Promise<void> {
    await this.#alone(async (tx) => {
      await this.#takeBackExpiredLeases(tx);
      await this.#dropOldJobs(tx);
    });
    await this.#alone((tx) => this.#republishLostMessages(tx));
    this.#onChange();
  }

  /** Does nothing while another copy holds the lock. */
  async #alone(work: (tx: EntityManager) => Promise<void>): Promise<void> {
    await inTransaction(this.#database.source, async (tx) => {
      const [lock] = await queryRows<{ mine: boolean }>(
        tx,
        `SELECT pg_try_advisory_xact_lock(hashtext('jobs'), hashtext('reconcile')) AS mine`,
      );
      if (lock?.mine) await work(tx);
    });
  }

  async #takeBackExpiredLeases(tx: EntityManager): Promise<void> {
    const taken = await queryRows<{ id: string; kind: string; state: string; attempts: number }>(
      tx,
      `UPDATE jobs.job SET lease_until = NULL, phase = NULL, run_at = now(),
         state = CASE WHEN attempts < max_attempts THEN 'queued' ELSE 'failed' END,
         ended_at = CASE WHEN attempts < max_attempts THEN NULL ELSE now() END,
         dead = attempts >= max_attempts,
         reason = jsonb_build_object('code', 'internal', 'message', 'The worker stopped responding.')
       WHERE id IN (SELECT id FROM jobs.job WHERE ${isSilent('$1')} ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, state, attempts`,
      [this.#settings.leaseMs],
    );
    for (const { id, kind, state, attempts } of taken)
      this.#log.warn({ jobId: id, kind, state, attempts }, 'lease expired; job taken back');
  }

  /**
   * NATS acknowledges before its data is on the disk, and may come back without its stream, so messages are counted against the rows. Each waiting
   * job needs one message, whichever; one too many costs an empty claim.
   */
  async #republishLostMessages(tx: EntityManager): Promise<void> {
    for (const { kind } of await this.#overdue(tx)) {
      const carried = await messagesOf(this.#link.connection, kind); // before the rows are counted: what is taken in between is then no longer waiting
      const { waiting = 0, running = 0 } = (await this.#overdue(tx)).find((each) => each.kind === kind) ?? {};
      const missing = waiting - Math.max(0, carried - running); // a job that runs keeps its message until it ends
      if (missing > 0) await this.#carry(tx, kind, Math.min(mostAtOnce, missing));
    }
  }

  /** Jobs that have been due for a while although nothing about them waits to be published, and those that run, by kind. */
  #overdue(tx: EntityManager): Promise<{ kind: string; waiting: number; running: number }[]> {
    return queryRows(
      tx,
      `SELECT kind, count(*) FILTER (WHERE state = 'queued')::int AS waiting, count(*) FILTER (WHERE state = 'running')::int AS running
       FROM jobs.job j WHERE state = 'running' OR (state = 'queued' AND ${isOverdue('$1')}) GROUP BY kind HAVING bool_or(state = 'queued')`,
      [this.#settings.missedAfterMs],
    );
  }

  async #carry(tx: EntityManager, kind: string, count: number): Promise<void> {
    this.#log.warn({ kind, messages: count }, 'queued jobs without a message; publishing again');
    await tx.query(
      `INSERT INTO jobs.outbox (channel, job_id, kind, due_at, payload)
       SELECT 'carry', id, kind, now(), jsonb_build_object('jobId', id) FROM jobs.job j
       WHERE kind = $2 AND state = 'queued' AND ${isOverdue('$1')} ORDER BY run_at LIMIT $3`,
      [this.#settings.missedAfterMs, kind, count],
    );
  }

  /** Makes the partitions of events ahead, and drops those of months that were over long enough ago. */
  async maintainEvents(now = new Date()): Promise<void> {
    const { source } = this.#database;
    const made = await makePartitions(source, jobEvents, now);
    const dropped = await dropPartitions(source, jobEvents, new Date(now.getTime() - this.#settings.keepEventsMs));
    if (made.length + dropped.length > 0) this.#log.info({ made, dropped }, 'maintained partitions of job events');
  }

  /** The outer condition is asked again of a row whose lock was waited for: its owner may have retried the job meanwhile. */
  async #dropOldJobs(tx: EntityManager): Promise<void> {
    const isOld = `ended_at < now() - $1 * interval '1 millisecond'`;
    await tx.query(`DELETE FROM jobs.job WHERE ${isOld} AND id IN (SELECT id FROM jobs.job WHERE ${isOld} ORDER BY ended_at LIMIT 1000)`, [
      this.#settings.keepJobsMs,
    ]);
  }

  /** Sets the gauges of the whole system. Jobs of suspended owners wait for nobody's worker. */
  async measure(): Promise<void> {
    const waiting = await queryRows<{ kind: string; depth: number; oldest: number }>(
      this.#database.source,
      `SELECT kind, count(*)::int AS depth, greatest(0, extract(epoch FROM now() - min(run_at)))::float8 AS oldest
       FROM jobs.job WHERE state = 'queued' AND ${mayRun('job')} GROUP BY kind`,
    );
    for (const gauge of [jobQueueDepth, jobOldest]) gauge.reset();
    for (const { kind, depth, oldest } of waiting) {
      jobQueueDepth.set({ kind }, depth);
      jobOldest.set({ kind }, oldest);
    }
    const [outbox] = await queryRows<{ pending: number; lag: number }>(
      this.#database.source,
      `SELECT count(*)::int AS pending, coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS lag FROM jobs.outbox WHERE due_at <= now()`,
    );
    outboxPending.set(outbox?.pending ?? 0);
    outboxLag.set(outbox?.lag ?? 0);
  }
}
