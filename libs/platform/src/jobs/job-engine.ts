/** All of the jobs engine for one process: enqueue, work, watch; start and stop. */
import { listenToPostgres } from '#storage';
import { defaultSettings } from './attempt.ts';
import { DeadLetters } from './dead-letters.ts';
import { JobStore } from './job.store.ts';
import { JobFeed } from './job-feed.ts';
import type { JobKind } from './job-kind.ts';
import type { JobHandler } from './job-run.ts';
import { JobWorker, type JobWorkerOptions } from './job-worker.ts';
import { outboxChannel } from './jobs.migrations.ts';
import { Wake } from './keep-going.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { Reconciler, type ReconcilerSettings } from './reconciler.ts';

export interface JobEngineOptions extends JobWorkerOptions {
  /** For LISTEN, on a connection outside the pool. */
  readonly databaseUrl: string;
  readonly reconciler?: Partial<Omit<ReconcilerSettings, 'leaseMs'>>;
}

const flushWithinMs = 5_000;

export class JobEngine {
  readonly store: JobStore;
  readonly feed: JobFeed;
  readonly deadLetters: DeadLetters;
  readonly #worker: JobWorker;
  readonly #relay: OutboxRelay;
  readonly #reconciler: Reconciler;
  readonly #options: JobEngineOptions;
  readonly #wake = new Wake();
  readonly #stopping = new AbortController();
  #loops: Promise<unknown>[] = [];

  constructor(options: JobEngineOptions) {
    const { database, link, log } = options;
    const { leaseMs = defaultSettings.leaseMs } = options.attempts ?? {};
    const onChange = () => this.#wake.ring();
    this.#options = options;
    this.store = new JobStore(database);
    this.feed = new JobFeed(database, link);
    this.deadLetters = new DeadLetters(database, link);
    this.#worker = new JobWorker(options, onChange);
    this.#relay = new OutboxRelay(database, link, log, this.#wake);
    this.#reconciler = new Reconciler(database, link, log, onChange, { ...options.reconciler, leaseMs });
  }

  /** Before {@link start}. `concurrency`: jobs of this kind at a time in this process; `maxPerOwner`: of one owner, in all processes together. */
  handle<K extends JobKind>(
    kind: K,
    handler: JobHandler<K>,
    { concurrency, maxPerOwner }: { concurrency: number; maxPerOwner?: number },
  ): void {
    this.#worker.handle(kind, handler, concurrency, maxPerOwner);
  }

  /** Starts all loops and returns at once: PostgreSQL and NATS may come later, and may go and come back. */
  start(): void {
    const { signal } = this.#stopping;
    const onLost = (error: unknown) =>
      this.#options.log.warn({ err: error }, 'lost the connection that hears of new jobs; polling meanwhile');
    this.#loops = [
      this.#relay.run(signal),
      this.#reconciler.run(signal),
      listenToPostgres({ url: this.#options.databaseUrl, channel: outboxChannel, onNotify: () => this.#wake.ring(), onLost, signal }),
    ];
    this.#worker.start();
  }

  /**
   * Takes no more jobs, finishes what runs within `graceMs`, hands over the rest, and publishes what is left to say. Close NATS and
   * PostgreSQL only after this.
   */
  async stop(graceMs: number): Promise<void> {
    await this.#worker.stop(graceMs);
    this.#stopping.abort();
    await Promise.all(this.#loops);
    const late = new Promise((resolve) => setTimeout(resolve, flushWithinMs).unref());
    const flushed = this.#relay
      .flush()
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'left the outbox to the next copy'));
    await Promise.race([flushed, late]);
  }
}
