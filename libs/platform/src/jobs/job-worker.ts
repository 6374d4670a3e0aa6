/**
 * Takes jobs, as many at a time as each kind may, and runs them. A message of JetStream says that a job of its kind waits; which one is next, the
 * record decides when there is room for it, so that nobody's thousand jobs stand before another's one.
 */

import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/nats-core';
import type { ConcurrencyLimiter } from '#compute';
import { Attempt, type AttemptSettings, defaultSettings } from './attempt.ts';
import { type Claim, ClaimStore } from './claim.store.ts';
import { type AttemptOutcome, jobAttempts, jobDuration, jobsInFlight } from './job.metrics.ts';
import type { JobKind } from './job-kind.ts';
import type { JobHandler } from './job-run.ts';
import { Work } from './job-work.ts';
import { keepGoing } from './keep-going.ts';
import { ackWaitMs, ensureConsumer, jobCancelled } from './streams.ts';
import type { JobsDatabase, JobsLink, JobsLog } from './surroundings.ts';

export interface JobWorkerOptions {
  readonly database: JobsDatabase;
  readonly link: JobsLink;
  readonly log: JobsLog;
  readonly attempts?: Partial<AttemptSettings>;
  /** Every job waits for its `resources` here before it is taken, and holds them until its attempt ends. */
  readonly limiter?: Pick<ConcurrencyLimiter, 'run'>;
}

const pullForMs = 5_000;
const redeliverAfterMs = 1_000;

export class JobWorker {
  readonly #link: JobsLink;
  readonly #log: JobsLog;
  readonly #store: ClaimStore;
  readonly #settings: AttemptSettings;
  readonly #onChange: () => void;
  readonly #limiter: JobWorkerOptions['limiter'];
  readonly #works: Work[] = [];
  /** No job is claimed once this is aborted. */
  readonly #stopping = new AbortController();
  /** Running attempts end once this is aborted, and so does every attempt made afterwards. */
  readonly #handOver = new AbortController();
  readonly #running = new Map<string, Attempt>();
  readonly #pulls = new Set<ConsumerMessages>();
  #loops: Promise<void>[] = [];
  #cancellations: Subscription | undefined;

  /** @param onChange called after each change this worker wrote, so that the relay publishes it at once */
  constructor({ database, link, log, attempts, limiter }: JobWorkerOptions, onChange: () => void) {
    this.#link = link;
    this.#log = log;
    this.#onChange = onChange;
    this.#store = new ClaimStore(database);
    this.#settings = { ...defaultSettings, ...attempts };
    this.#limiter = limiter;
  }

  /** @param concurrency jobs of this kind at a time in this process */
  handle<K extends JobKind>(kind: K, handler: JobHandler<K>, concurrency: number): void {
    if (this.#loops.length > 0) throw new Error(`${kind.name}: handlers are named before the worker starts`);
    const claim = async (count: number, lastOwnerId?: string) => {
      this.#stopping.signal.throwIfAborted();
      return this.#store.claimMany(kind.name, count, this.#settings.leaseMs, lastOwnerId);
    };
    this.#works.push(new Work(kind, handler as unknown as JobHandler<JobKind>, concurrency, claim));
  }

  start(): void {
    this.#loops = this.#works.map((work) => this.#work(work));
  }

  /**
   * Takes nothing new, lets what runs finish for `graceMs`, hands over the rest without counting an attempt. Resolves when all is written down.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    for (const pull of this.#pulls) pull.stop();
    const handOver = setTimeout(() => this.#handOver.abort(), graceMs);
    await Promise.all(this.#loops);
    await Promise.all(this.#works.map((work) => work.whenIdle()));
    clearTimeout(handOver);
    this.#cancellations?.unsubscribe();
  }

  /** Asks for as many messages as it has free slots, so nothing is fetched that cannot be worked on at once. */
  #work(work: Work): Promise<void> {
    let consumer: Consumer | undefined;
    const step = async () => {
      try {
        work.throwLastFailure();
        consumer ??= await ensureConsumer(this.#link.connection, work.kind.name);
        this.#listenForCancellations();
        if (work.freeSlots > 0) await this.#pull(work, consumer);
        return work.freeSlots > 0 ? 0 : pullForMs;
      } catch (error) {
        consumer = undefined; // it may be gone: NATS may have lost its data
        throw error;
      }
    };
    const { kind, slotFreed } = work;
    return keepGoing({ purpose: `work on ${kind.name}`, log: this.#log, signal: this.#stopping.signal, wake: slotFreed, step });
  }

  async #pull(work: Work, consumer: Consumer): Promise<void> {
    const messages = await consumer.fetch({ max_messages: work.freeSlots, expires: pullForMs });
    this.#pulls.add(messages);
    if (this.#stopping.signal.aborted) messages.stop();
    try {
      for await (const message of messages) work.occupySlot(() => this.#deliver(work, message));
    } finally {
      this.#pulls.delete(messages);
    }
  }

  async #deliver(work: Work, message: JsMsg): Promise<void> {
    try {
      await this.#withResources(work.kind, message, () => this.#runNext(work, message));
      message.ack(); // also when nothing waited: a job that must run again gets a message of its own
    } catch (error) {
      if (this.#stopping.signal.aborted) return message.nak();
      message.nak(redeliverAfterMs * Math.min(30, message.info.deliveryCount));
      throw error;
    }
  }

  /** Waits its turn before the job is taken: it stays in the queue meanwhile, for whoever has room first. */
  async #withResources({ resources }: JobKind, message: JsMsg, run: () => Promise<void>): Promise<void> {
    if (!this.#limiter || resources.cores <= 0) return run();
    const stillHere = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      await this.#limiter.run(resources, run, this.#stopping.signal);
    } finally {
      clearInterval(stillHere);
    }
  }

  async #runNext(work: Work, message: JsMsg): Promise<void> {
    const claim = await work.claim();
    if (claim) await this.#attempt(work, claim, message);
  }

  async #attempt({ kind, handler }: Work, claim: Claim, message: JsMsg): Promise<void> {
    const attempt = this.#attemptAt(claim, kind, handler);
    this.#running.set(claim.jobId, attempt);
    jobsInFlight.inc({ kind: kind.name });
    this.#onChange();
    const timer = jobDuration.startTimer({ kind: kind.name });
    let outcome: AttemptOutcome = 'lost';
    try {
      outcome = await attempt.run(() => message.working());
    } finally {
      if (this.#running.get(claim.jobId) === attempt) this.#running.delete(claim.jobId);
      timer({ outcome });
      jobAttempts.inc({ kind: kind.name, outcome });
      jobsInFlight.dec({ kind: kind.name });
      this.#onChange();
    }
  }

  /** A claim that returns after stop began is handed back at once: its handler is not called, no attempt is counted. */
  #attemptAt(claim: Claim, kind: JobKind, handler: JobHandler<JobKind>): Attempt {
    const [store, log, settings] = [this.#store, this.#log, this.#settings];
    const attempt = new Attempt(claim, kind, handler, { store, log, settings, handOver: this.#handOver.signal });
    if (this.#stopping.signal.aborted) attempt.stop('shutdown');
    return attempt;
  }

  #listenForCancellations(): void {
    if (this.#cancellations && !this.#cancellations.isClosed()) return;
    this.#cancellations = this.#link.connection.subscribe(jobCancelled.subject, {
      callback: (error, message) => {
        const told = error ? undefined : jobCancelled.payload.safeParse(message.json());
        if (told?.success) this.#running.get(told.data.jobId)?.stop('cancelled');
      },
    });
  }
}
