/**
 * Runs jobs, as many at a time as each kind has slots. A JetStream message says only that a job of its kind waits; which one runs is decided in
 * PostgreSQL when a slot is free, so that owners take turns.
 */

import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/nats-core';
import { type ConcurrencyLimiter, runBackgroundLoop } from '#compute';
import { type JobKind, jobCancelled } from '#contracts';
import { Attempt, type AttemptSettings, defaultSettings } from './attempt.ts';
import { type Claim, ClaimStore } from './claim.store.ts';
import { type AttemptOutcome, jobAttempts, jobDuration, jobsInFlight } from './job.metrics.ts';
import type { JobsDatabase, JobsLink, JobsLog } from './job-engine-deps.ts';
import type { JobHandler } from './job-run.ts';
import { KindSlots } from './kind-slots.ts';
import { ackWaitMs, ensureConsumer } from './streams.ts';

export interface JobWorkerOptions {
  readonly database: JobsDatabase;
  readonly link: JobsLink;
  readonly log: JobsLog;
  readonly attempts?: Partial<AttemptSettings>;
  /** Grants each job its `resources` before it is claimed; they are released when its attempt ends. */
  readonly limiter?: Pick<ConcurrencyLimiter, 'run'>;
}

const pullForMs = 5_000;
const redeliverAfterMs = 1_000;
/** The message of a job whose owner is at the limit comes back after this; the end of a running job of the owner takes the next one at once. */
const heldForMs = 30_000;

export class JobWorker {
  readonly #link: JobsLink;
  readonly #log: JobsLog;
  readonly #store: ClaimStore;
  readonly #settings: AttemptSettings;
  readonly #onChange: () => void;
  readonly #limiter: JobWorkerOptions['limiter'];
  readonly #kinds: KindSlots[] = [];
  /** No job is claimed once this is aborted. */
  readonly #stopping = new AbortController();
  /** Running attempts end once this is aborted, and so does every attempt made afterwards. */
  readonly #handOver = new AbortController();
  readonly #running = new Map<string, Attempt>();
  readonly #pulls = new Set<ConsumerMessages>();
  #loops: Promise<void>[] = [];
  #cancellations: Subscription | undefined;

  /** @param onChange called after each change that this worker wrote, so that the relay publishes it at once */
  constructor({ database, link, log, attempts, limiter }: JobWorkerOptions, onChange: () => void) {
    this.#link = link;
    this.#log = log;
    this.#onChange = onChange;
    this.#store = new ClaimStore(database);
    this.#settings = { ...defaultSettings, ...attempts };
    this.#limiter = limiter;
  }

  /** @param concurrency jobs of this kind at a time in this process */
  handle<K extends JobKind>(kind: K, handler: JobHandler<K>, concurrency: number, maxPerOwner?: number): void {
    if (this.#loops.length > 0) throw new Error(`${kind.name}: register handlers before the worker starts`);
    const claim = async (count: number, lastOwnerId?: string) => {
      this.#stopping.signal.throwIfAborted();
      return this.#store.claimMany(kind.name, count, this.#settings.leaseMs, lastOwnerId, maxPerOwner);
    };
    this.#kinds.push(
      new KindSlots(
        kind,
        handler as unknown as JobHandler<JobKind>,
        { slots: concurrency, isOwnerLimited: maxPerOwner !== undefined },
        claim,
      ),
    );
  }

  start(): void {
    this.#loops = this.#kinds.map((slots) => this.#fetchLoop(slots));
  }

  /**
   * Claims nothing new, lets running attempts finish for `graceMs`, then hands them over without counting an attempt. Resolves when all outcomes
   * are recorded.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    for (const pull of this.#pulls) pull.stop();
    const handOver = setTimeout(() => this.#handOver.abort(), graceMs);
    await Promise.all(this.#loops);
    await Promise.all(this.#kinds.map((slots) => slots.whenIdle()));
    clearTimeout(handOver);
    this.#cancellations?.unsubscribe();
  }

  /** Asks for as many messages as it has free slots, so nothing is fetched that cannot be worked on at once. */
  #fetchLoop(slots: KindSlots): Promise<void> {
    let consumer: Consumer | undefined;
    const step = async () => {
      try {
        slots.throwLastFailure();
        consumer ??= await ensureConsumer(this.#link.connection, slots.kind.name);
        this.#listenForCancellations();
        if (slots.freeSlots > 0) await this.#pull(slots, consumer);
        return slots.freeSlots > 0 ? 0 : pullForMs;
      } catch (error) {
        consumer = undefined; // NATS may have lost it with its data
        throw error;
      }
    };
    const { kind, slotFreed } = slots;
    return runBackgroundLoop({
      purpose: `fetch jobs of ${kind.name}`,
      log: this.#log,
      signal: this.#stopping.signal,
      wake: slotFreed,
      step,
    });
  }

  async #pull(slots: KindSlots, consumer: Consumer): Promise<void> {
    const messages = await consumer.fetch({ max_messages: slots.freeSlots, expires: pullForMs });
    this.#pulls.add(messages);
    if (this.#stopping.signal.aborted) messages.stop();
    try {
      for await (const message of messages) slots.occupySlot(() => this.#deliver(slots, message));
    } finally {
      this.#pulls.delete(messages);
    }
  }

  async #deliver(slots: KindSlots, message: JsMsg): Promise<void> {
    try {
      const isHeld = await this.#withResources(slots.kind, message, () => this.#runNext(slots, message));
      if (isHeld) message.nak(heldForMs);
      else message.ack(); // also when no job was due: a job that must run again gets a new message
    } catch (error) {
      if (this.#stopping.signal.aborted) return message.nak();
      message.nak(redeliverAfterMs * Math.min(30, message.info.deliveryCount));
      throw error;
    }
  }

  /** Waits for the resources before the job is claimed: until then another copy may claim it. */
  async #withResources<T>({ resources }: JobKind, message: JsMsg, run: () => Promise<T>): Promise<T> {
    if (!this.#limiter || resources.cores <= 0) return run();
    const stillHere = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      return await this.#limiter.run(resources, run, this.#stopping.signal);
    } finally {
      clearInterval(stillHere);
    }
  }

  /** @returns whether nothing was run although jobs wait, all of owners who are at their limit */
  async #runNext(slots: KindSlots, message: JsMsg): Promise<boolean> {
    for (let hasRun = false; ; hasRun = true) {
      const claim = await slots.claim();
      if (!claim) return slots.isOwnerLimited && !hasRun && (await this.#store.isWaiting(slots.kind.name));
      await this.#attempt(slots, claim, message);
      // With a limit, the message of the owner's next job may be held: the end of this attempt makes room for it.
      if (!slots.isOwnerLimited || this.#stopping.signal.aborted) return false;
    }
  }

  async #attempt({ kind, handler }: KindSlots, claim: Claim, message: JsMsg): Promise<void> {
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
