/** The job engine of one process: enqueues, runs and watches jobs. */
import { WakeSignal } from '#compute';
import type { JobKind } from '#contracts';
import { listenToPostgres } from '#storage';
import { defaultSettings } from './attempt.ts';
import { DeadLetters } from './dead-letters.ts';
import { countJobsFromZero } from './job.metrics.ts';
import { JobStore } from './job.store.ts';
import { JobFeed } from './job-feed.ts';
import type { JobHandler } from './job-run.ts';
import { JobWorker, type JobWorkerOptions } from './job-worker.ts';
import { outboxChannel } from './jobs.migrations.ts';
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
  readonly #wake = new WakeSignal();
  readonly #stopping = new AbortController();
  #loops: Promise<unknown>[] = [];

  constructor(options: JobEngineOptions) {
    const { database, link, log } = options;
    const { leaseMs = defaultSettings.leaseMs } = options.attempts ?? {};
    const onChange = () => this.#wake.notify();
    this.#options = options;
    this.store = new JobStore(database, onChange);
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
    countJobsFromZero(kind.name);
    this.#worker.handle(kind, handler, concurrency, maxPerOwner);
  }

  /** Starts all loops and returns at once. PostgreSQL and NATS may be unreachable now or later; the loops retry. */
  start(): void {
    const { signal } = this.#stopping;
    const onLost = (error: unknown) => this.#options.log.warn({ err: error }, 'LISTEN connection lost; polling for jobs');
    this.#loops = [
      this.#relay.run(signal),
      this.#reconciler.run(signal),
      listenToPostgres({ url: this.#options.databaseUrl, channel: outboxChannel, onNotify: () => this.#wake.notify(), onLost, signal }),
    ];
    this.#worker.start();
  }

  /**
   * Claims no more jobs, lets running ones finish within `graceMs`, hands over the rest and publishes the outbox. Close NATS and PostgreSQL only
   * after this.
   */
  async stop(graceMs: number): Promise<void> {
    await this.#worker.stop(graceMs);
    this.#stopping.abort();
    await Promise.all(this.#loops);
    await this.#flush();
  }

  /** Bounded: what is not published in time stays in the outbox for another copy. */
  async #flush(): Promise<void> {
    const late = AbortSignal.timeout(flushWithinMs);
    const isLate = new Promise((resolve) => late.addEventListener('abort', resolve, { once: true }));
    const flushed = this.#relay
      .flush(late)
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'outbox not published before shutdown; another copy publishes it'));
    await Promise.race([flushed, isLate]);
  }
}
