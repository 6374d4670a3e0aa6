/**
 * Publishes the rows of the outbox to NATS and deletes them once NATS has acknowledged them. Runs in every copy of every service: rows are locked
 * while they are published, and the other copies skip them. After a crash between publishing and deleting, another copy publishes again under the
 * same message id.
 */
import { jetstream } from '@nats-io/jetstream';
import { deadline, type NatsConnection } from '@nats-io/nats-core';
import type { EntityManager } from 'typeorm';
import { runBackgroundLoop, type WakeSignal } from '#compute';
import { jobCancelled, jobChanged } from '#contracts';
import { asyncCommit, inTransaction, queryRows } from '#storage';
import { jobDeadLetters } from './job.metrics.ts';
import type { JobsDatabase, JobsLink, JobsLog } from './job-engine-deps.ts';
import { carrySubject, deadSubject, ensureStreams } from './streams.ts';

interface OutboxRow {
  readonly id: string;
  readonly channel: 'carry' | 'changed' | 'cancelled' | 'dead';
  readonly jobId: string;
  readonly kind: string;
  readonly payload: string;
}

const batchSize = 200;
const pollMs = 1_000;
const publishTimeoutMs = 5_000;

export class OutboxRelay {
  readonly #database: JobsDatabase;
  readonly #link: JobsLink;
  readonly #log: JobsLog;
  readonly #wake: WakeSignal;

  constructor(database: JobsDatabase, link: JobsLink, log: JobsLog, wake: WakeSignal) {
    this.#database = database;
    this.#link = link;
    this.#log = log;
    this.#wake = wake;
  }

  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return runBackgroundLoop({ purpose: 'publish the outbox', log: this.#log, signal, wake: this.#wake, step: () => this.#step() });
  }

  /** Publishes everything that is due now, before the process leaves; begins no batch once `signal` has aborted. */
  async flush(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.#publishBatch()) === batchSize);
  }

  async #step(): Promise<number> {
    if ((await this.#publishBatch()) === batchSize) return 0;
    const [next] = await queryRows<{ inMs: number | null }>(
      this.#database.source,
      'SELECT extract(epoch FROM min(due_at) - now())::float8 * 1000 AS "inMs" FROM jobs.outbox WHERE due_at > now()',
    );
    return Math.min(pollMs, Math.max(1, Math.ceil(next?.inMs ?? pollMs)));
  }

  async #publishBatch(): Promise<number> {
    const { connection } = this.#link;
    let refusal: unknown;
    const count = await inTransaction(this.#database.source, async (tx) => {
      const rows = await dueRows(tx);
      const published = await this.#publish(connection, rows, (error) => {
        refusal ??= error;
      });
      if (published.length > 0) await tx.query('DELETE FROM jobs.outbox WHERE id = ANY($1)', [published]);
      return rows.length;
    });
    if (refusal !== undefined) await this.#afterRefusal(connection, refusal);
    return count;
  }

  /** @returns the ids of the rows that NATS has accepted */
  async #publish(connection: NatsConnection, rows: readonly OutboxRow[], onRefusal: (error: unknown) => void): Promise<string[]> {
    const js = jetstream(connection, { timeout: publishTimeoutMs });
    const outcomes = rows.map(async (row): Promise<string[]> => {
      try {
        if (row.channel === 'changed') this.#publishHint(connection, jobChanged.subject, row);
        else if (row.channel === 'cancelled') this.#publishHint(connection, jobCancelled.subject, row);
        else await js.publish(subjectOf(row), row.payload, { msgID: `${row.jobId}.${row.id}` });
        if (row.channel === 'dead') jobDeadLetters.inc({ kind: row.kind });
        return [row.id];
      } catch (error) {
        onRefusal(error);
        return [];
      }
    });
    const published = (await Promise.all(outcomes)).flat();
    if (rows.some(({ channel }) => channel === 'changed' || channel === 'cancelled')) await deadline(connection.flush(), publishTimeoutMs); // if the connection closes meanwhile, the library's flush never settles
    return published;
  }

  /** Core NATS, without acknowledgement: a listener that misses it reads the table. A payload over the server's limit is not published. */
  #publishHint(connection: NatsConnection, subject: string, { payload, jobId }: OutboxRow): void {
    const maxBytes = connection.info?.max_payload ?? 1_048_576;
    if (Buffer.byteLength(payload) <= maxBytes) connection.publish(subject, payload);
    else this.#log.warn({ jobId }, 'job change exceeds the message size limit; not published');
  }

  /** The stream may be missing (first start, or NATS lost its data): creates it and lets the loop retry. */
  async #afterRefusal(connection: NatsConnection, refusal: unknown): Promise<never> {
    await ensureStreams(connection);
    throw refusal;
  }
}

const subjectOf = ({ channel, kind, jobId }: OutboxRow) => (channel === 'dead' ? deadSubject(kind, jobId) : carrySubject(kind, jobId));

const dueRows = (tx: EntityManager) =>
  queryRows<OutboxRow>(
    tx,
    `SELECT id, channel, job_id AS "jobId", kind, payload::text AS payload FROM jobs.outbox
     WHERE due_at <= now() AND ${asyncCommit} ORDER BY due_at, id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
  );
