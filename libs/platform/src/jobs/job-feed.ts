/** Streams a job's changes from any sequence on: first the stored events, then live ones, without gaps or repetitions, until the job has ended. */
import type { Subscription } from '@nats-io/nats-core';
import { WakeSignal } from '#compute';
import { endedJobStates, Failure, type Job, type JobState, jobChanged, type PayloadOf, type Unchanging } from '#contracts';
import { queryRows } from '#storage';
import type { JobsDatabase, JobsLink } from './job-engine-deps.ts';

export type JobChanged = Unchanging<PayloadOf<typeof jobChanged>>;

/** Live changes buffered for one slow listener; what does not fit is read from the table later. */
const bufferLength = 16;
const pageSize = 100;

interface Listener {
  readonly wake: WakeSignal;
  live: JobChanged[];
  /** The table has changes that are not in `live`. */
  behind: boolean;
}

interface Batch {
  readonly changes: readonly JobChanged[];
  /** The job has ended and this batch says so, or an earlier one did. */
  readonly over: boolean;
}

export class JobFeed {
  readonly #database: JobsDatabase;
  readonly #link: JobsLink;
  readonly #pollMs: number;
  readonly #listeners = new Map<string, Set<Listener>>();
  #subscription: Subscription | undefined;

  /** @param pollMs how often the table is read when no live change comes: messages may be lost */
  constructor(database: JobsDatabase, link: JobsLink, pollMs = 5_000) {
    this.#database = database;
    this.#link = link;
    this.#pollMs = pollMs;
  }

  /**
   * @param afterSequence 0 for all that is kept (the newest 256 changes, for a day after the end at least); else the last one seen
   * @param signal ends the feed quietly
   * @throws Failure `job-not-found` at the first step, also for a job of somebody else; `service-unavailable` when the database goes away
   */
  async *watch(jobId: string, ownerId: string, afterSequence: number, signal: AbortSignal): AsyncGenerator<JobChanged, void> {
    const listener = this.#join(jobId); // before the first read: what happens in between is in one of the two
    try {
      let batch = await this.#read(listener, jobId, ownerId, afterSequence);
      for (let last = afterSequence; ; batch = await this.#next(listener, jobId, ownerId, last, signal)) {
        for (const change of batch.changes) {
          if (signal.aborted) return;
          yield change;
          last = change.sequence;
        }
        if (batch.over || signal.aborted) return;
      }
    } finally {
      this.#leave(jobId, listener);
    }
  }

  async #next(listener: Listener, jobId: string, ownerId: string, last: number, signal: AbortSignal): Promise<Batch> {
    const already = takeInOrder(listener, last);
    if (already) return already;
    if (!listener.behind) await listener.wake.wait(this.#pollMs, signal);
    if (signal.aborted) return { changes: [], over: true };
    return takeInOrder(listener, last) ?? this.#read(listener, jobId, ownerId, last);
  }

  /** Reads ownership, events and the end in one statement, hence from one snapshot. */
  async #read(listener: Listener, jobId: string, ownerId: string, after: number): Promise<Batch> {
    listener.behind = false; // what overflows from here on is not in what we read now
    const rows = await queryRows<{ current: number; ended: boolean; sequence: number | null; body: Job }>(
      this.#database.source,
      `SELECT j.sequence AS current, j.ended_at IS NOT NULL AS ended, e.sequence, coalesce(e.body, jobs.snapshot(j)) AS body
       FROM jobs.job j
       LEFT JOIN LATERAL (SELECT sequence, body FROM jobs.job_event WHERE job_id = j.id AND at >= j.created_at AND sequence > $3 ORDER BY sequence LIMIT ${pageSize}) e ON true
       WHERE j.id = $1 AND j.owner_id = $2 ORDER BY e.sequence`,
      [jobId, ownerId, after],
    );
    const [first] = rows;
    if (!first) throw new Failure('job-not-found', 'There is no such job.');
    const changes = rows
      .map(({ sequence, current, body }) => ({ jobId, ownerId, sequence: sequence ?? current, job: body })) // events that were dropped: the row stands for them
      .filter(({ sequence }) => sequence > after);
    const last = changes.at(-1)?.sequence ?? after;
    const isAll = last >= first.current;
    if (!isAll) listener.behind = true;
    return { changes, over: first.ended && isAll };
  }

  #join(jobId: string): Listener {
    const listener: Listener = { wake: new WakeSignal(), live: [], behind: false };
    const others = this.#listeners.get(jobId) ?? new Set();
    this.#listeners.set(jobId, others.add(listener));
    this.#subscribe();
    return listener;
  }

  #leave(jobId: string, listener: Listener): void {
    const others = this.#listeners.get(jobId);
    others?.delete(listener);
    if (others?.size === 0) this.#listeners.delete(jobId);
  }

  /** One subscription for all listeners of this process. While NATS is away the polls carry on alone. */
  #subscribe(): void {
    if (this.#subscription && !this.#subscription.isClosed()) return;
    try {
      this.#subscription = this.#link.connection.subscribe(jobChanged.subject, {
        callback: (error, message) => (error ? undefined : this.#onMessage(message.data)),
      });
    } catch {
      this.#subscription = undefined; // NATS is unreachable: the next listener subscribes
    }
  }

  #onMessage(data: Uint8Array): void {
    if (this.#listeners.size === 0) return;
    const change = parseChange(data);
    for (const listener of (change && this.#listeners.get(change.jobId)) ?? []) {
      if (listener.live.length < bufferLength) listener.live.push(change!);
      else listener.behind = true;
      listener.wake.notify();
    }
  }
}

/** The changes that follow `last` without a gap, or undefined. Drops older ones; what lies behind a gap is read from the table. */
function takeInOrder(listener: Listener, last: number): Batch | undefined {
  const changes: JobChanged[] = [];
  for (const change of listener.live.sort((a, b) => a.sequence - b.sequence)) {
    if (change.sequence === last + changes.length + 1) changes.push(change);
    else if (change.sequence > last) listener.behind = true;
  }
  listener.live = [];
  return changes.length > 0 ? { changes, over: hasEnded(changes.at(-1)!.job.state) } : undefined;
}

const hasEnded = (state: JobState) => (endedJobStates as readonly JobState[]).includes(state);

function parseChange(data: Uint8Array): JobChanged | undefined {
  try {
    return jobChanged.payload.safeParse(JSON.parse(Buffer.from(data).toString('utf8'))).data;
  } catch {
    return undefined; // not JSON, so not from us
  }
}
