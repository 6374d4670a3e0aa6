/**
 * Takes jobs, as many at a time as each kind may, and runs them. A message of JetStream says that a job of its kind waits; which one is next, the
 * record decides when there is room for it, so that nobody's thousand jobs stand before another's one.
 */

import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Subscription } from '@nats-io/nats-core';
import type { CoreBudget } from '#compute';
import { Attempt, type AttemptSettings, defaultSettings } from './attempt.ts';
import { type Claim, ClaimStore } from './claim.store.ts';
import { type AttemptOutcome, jobAttempts, jobDuration, jobsInFlight } from './job.metrics.ts';
import type { JobKind } from './job-kind.ts';
import type { JobHandler } from './job-run.ts';
import { keepGoing, Wake } from './keep-going.ts';
import { ackWaitMs, ensureConsumer, jobCancelled } from './streams.ts';
import type { JobsDatabase, JobsLink, JobsLog } from './surroundings.ts';

export interface JobWorkerOptions {
  readonly database: JobsDatabase;
  readonly link: JobsLink;
  readonly log: JobsLog;
  readonly attempts?: Partial<AttemptSettings>;
  /** Every job waits for its `resources` here before it is taken, and holds them until its attempt ends. */
  readonly budget?: CoreBudget;
}

interface Work {
  readonly kind: JobKind;
  readonly handler: JobHandler<JobKind>;
  readonly concurrency: number;
  readonly maxPerOwner: number | undefined;
  /** Whose job of this kind was taken last: the next owner's turn comes now. */
  lastOwnerId?: string;
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
  readonly #budget: CoreBudget | undefined;
  readonly #works: Work[] = [];
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Attempt>();
  readonly #pulls = new Set<ConsumerMessages>();
  #lanes: Promise<void>[] = [];
  #cancellations: Subscription | undefined;

  /** @param onChange called after each change this worker wrote, so that the relay publishes it at once */
  constructor({ database, link, log, attempts, budget }: JobWorkerOptions, onChange: () => void) {
    this.#link = link;
    this.#log = log;
    this.#onChange = onChange;
    this.#store = new ClaimStore(database);
    this.#settings = { ...defaultSettings, ...attempts };
    this.#budget = budget;
  }

  /** @param concurrency jobs of this kind at a time in this process */
  handle<K extends JobKind>(kind: K, handler: JobHandler<K>, concurrency: number, maxPerOwner?: number): void {
    if (this.#lanes.length > 0) throw new Error(`${kind.name}: handlers are named before the worker starts`);
    this.#works.push({ kind, handler: handler as unknown as JobHandler<JobKind>, concurrency, maxPerOwner });
  }

  start(): void {
    this.#lanes = this.#works.flatMap((work) => Array.from({ length: work.concurrency }, () => this.#lane(work)));
  }

  /**
   * Takes nothing new, lets what runs finish for `graceMs`, hands over the rest without counting an attempt. Resolves when all is written down.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    for (const pull of this.#pulls) pull.stop();
    const handOver = setTimeout(() => this.#stopAll(), graceMs);
    await Promise.all(this.#lanes);
    clearTimeout(handOver);
    this.#cancellations?.unsubscribe();
  }

  #stopAll(): void {
    for (const attempt of this.#running.values()) attempt.stop('shutdown');
  }

  /** One job at a time. Every lane asks for itself, so nothing is fetched that cannot be worked on at once. */
  #lane(work: Work): Promise<void> {
    let consumer: Consumer | undefined;
    const step = async () => {
      try {
        consumer ??= await ensureConsumer(this.#link.connection, work.kind.name);
        this.#listenForCancellations();
        await this.#pull(work, consumer);
        return 0;
      } catch (error) {
        consumer = undefined; // it may be gone: NATS may have lost its data
        throw error;
      }
    };
    return keepGoing({ purpose: `work on ${work.kind.name}`, log: this.#log, signal: this.#stopping.signal, wake: new Wake(), step });
  }

  async #pull(work: Work, consumer: Consumer): Promise<void> {
    const messages = await consumer.fetch({ max_messages: 1, expires: pullForMs });
    this.#pulls.add(messages);
    if (this.#stopping.signal.aborted) messages.stop();
    // The pull is over before the work begins: while a long job runs it would miss the server's heartbeats and look like a broken connection.
    const message = await firstOf(messages).finally(() => this.#pulls.delete(messages));
    if (message) await this.#deliver(work, message);
  }

  async #deliver(work: Work, message: JsMsg): Promise<void> {
    try {
      let isHeld = false;
      await this.#withResources(work.kind, message, async () => {
        isHeld = await this.#runNext(work, message);
      });
      if (isHeld) message.nak(heldForMs);
      else message.ack(); // also when nothing waited: a job that must run again gets a message of its own
    } catch (error) {
      if (this.#stopping.signal.aborted) return message.nak();
      message.nak(redeliverAfterMs * Math.min(30, message.info.deliveryCount));
      throw error;
    }
  }

  /** Waits its turn before the job is taken: it stays in the queue meanwhile, for whoever has room first. */
  async #withResources({ resources }: JobKind, message: JsMsg, run: () => Promise<void>): Promise<void> {
    if (!this.#budget || resources.cores <= 0) return run();
    const stillHere = setInterval(() => message.working(), ackWaitMs / 3);
    try {
      await this.#budget.spend({ ...resources, signal: this.#stopping.signal }, run);
    } finally {
      clearInterval(stillHere);
    }
  }

  /** @returns whether nothing was run although jobs wait, all of owners who are at their limit */
  async #runNext(work: Work, message: JsMsg): Promise<boolean> {
    const { kind, maxPerOwner } = work;
    for (let hasRun = false; ; hasRun = true) {
      const claim = await this.#store.claim(kind.name, this.#settings.leaseMs, work.lastOwnerId, maxPerOwner);
      if (!claim) return maxPerOwner !== undefined && !hasRun && (await this.#store.isWaiting(kind.name));
      work.lastOwnerId = claim.ownerId;
      await this.#attempt(work, claim, message);
      // With a limit, the message of the owner's next job may be held: this end makes room for it.
      if (maxPerOwner === undefined || this.#stopping.signal.aborted) return false;
    }
  }

  async #attempt({ kind, handler }: Work, claim: Claim, message: JsMsg): Promise<void> {
    const attempt = new Attempt(claim, kind, handler, this.#store, this.#log, this.#settings);
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

async function firstOf(messages: ConsumerMessages): Promise<JsMsg | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
