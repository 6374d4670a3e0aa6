/** Works on items one by one: a bounded queue, workers that follow the load, a time limit that follows what is observed, retries. */
import { type Registry, register } from 'prom-client';
import { Failure } from '#contracts/plain';
import { abortFailure, linkSignals } from '../abort-reasons.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type RetryPolicy, retry } from '../retry.ts';
import { isTransient } from '../transient-errors.ts';
import { AdaptiveTimeout } from './adaptive-timeout.ts';
import { type ProcessorStatistics, watchProcessor } from './processor-metrics.ts';
import { WorkerCount } from './worker-count.ts';

export interface AsyncProcessorOptions<Item, Result> {
  /** A closed set: it is a label of metrics. */
  readonly name: string;
  /** Has to be safe to repeat, and to stop when the signal aborts. */
  readonly work: (item: Item, signal: AbortSignal) => Promise<Result>;
  /** 1 to 32; default 16. */
  readonly maxWorkers?: number;
  /** Items that may wait; the next one is refused. Default 1,000. */
  readonly maxQueue?: number;
  /** No time limit is shorter; default 1. */
  readonly minTimeoutMs?: number;
  /** An attempt that took too long is repeated too, unless told otherwise. */
  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
  readonly registry?: Registry;
}

export interface ProcessOptions {
  readonly signal?: AbortSignal;
}

interface Waiting {
  start(): void;
}

export class AsyncProcessor<Item, Result> {
  readonly #options: AsyncProcessorOptions<Item, Result>;
  readonly #clock: Clock;
  readonly #workers: WorkerCount;
  readonly #timeout: AdaptiveTimeout;
  readonly #unwatch: () => void;
  readonly #queue: Waiting[] = [];
  readonly #closing = new AbortController();
  #running = 0;
  #processed = 0;
  #failed = 0;
  #totalMs = 0;

  /** @throws RangeError unless there are 1 to 32 workers */
  constructor(options: AsyncProcessorOptions<Item, Result>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#workers = new WorkerCount(options.maxWorkers ?? 16);
    this.#timeout = new AdaptiveTimeout(options.minTimeoutMs);
    this.#unwatch = watchProcessor(options.name, this, options.registry ?? register);
  }

  get statistics(): ProcessorStatistics {
    const ended = this.#processed + this.#failed;
    return {
      ...{ processed: this.#processed, failed: this.#failed, successRate: ended === 0 ? 1 : this.#processed / ended },
      ...{ averageMs: ended === 0 ? 0 : this.#totalMs / ended, queueSize: this.#queue.length, running: this.#running },
      ...{ workers: this.#workers.limit, timeoutMs: this.#timeout.limitMs },
    };
  }

  /**
   * @throws Failure `overloaded` when the queue is full; `cancelled` when the signal aborts; `deadline-exceeded` when the last attempt took too long;
   *   `service-unavailable` once `close` was called; what the last attempt threw
   */
  async process(item: Item, { signal }: ProcessOptions = {}): Promise<Result> {
    if (this.#closing.signal.aborted) throw abortFailure(this.#closing.signal);
    if (this.#running >= this.#workers.limit) {
      if (this.#queue.length >= (this.#options.maxQueue ?? 1_000)) throw full();
      await this.#turn(signal);
    } else this.#running++;
    try {
      return await this.#attempts(item, signal);
    } finally {
      this.#running--;
      this.#startNext();
    }
  }

  /**
   * Works on many items, at most `maxWorkers` of them at a time, and gives the results in the order of the items. Items are taken as results are: what
   * reads them slowly holds them back. The first failure ends it and stops what is under way.
   *
   * @throws what `process` throws for an item; what `items` throws
   */
  async *processBatch(items: Iterable<Item> | AsyncIterable<Item>, { signal }: ProcessOptions = {}): AsyncGenerator<Result> {
    const stop = new AbortController();
    const linked = linkSignals(signal ? { signal } : {}, stop.signal);
    const ahead: Promise<Result>[] = [];
    try {
      for await (const item of items) {
        const working = this.process(item, { signal: linked.signal });
        working.catch(() => undefined); // thrown when its turn comes
        ahead.push(working);
        if (ahead.length >= this.#workers.max) yield await ahead.shift()!;
      }
      while (ahead.length > 0) yield await ahead.shift()!;
    } finally {
      stop.abort();
      await Promise.allSettled(ahead);
      linked.dispose();
    }
  }

  /** Refuses new items and stops those that wait or run. */
  close(): void {
    this.#closing.abort(new Failure('service-unavailable', 'This process is shutting down.', { retryAfterSeconds: 1 }));
    this.#unwatch();
  }

  async #attempts(item: Item, signal: AbortSignal | undefined): Promise<Result> {
    const { signal: ending, dispose } = linkSignals(signal ? { signal } : {}, this.#closing.signal);
    const startMs = this.#clock.nowMs();
    try {
      const result = await retry(
        () => this.#attempt(item, ending),
        { shouldRetry, ...this.#options.retry },
        { signal: ending, clock: this.#clock },
      );
      this.#processed++;
      return result;
    } catch (error) {
      this.#failed++;
      throw error;
    } finally {
      this.#totalMs += this.#clock.nowMs() - startMs;
      dispose();
    }
  }

  async #attempt(item: Item, signal: AbortSignal): Promise<Result> {
    const expired = new AbortController();
    const { signal: ending, dispose } = linkSignals({ signal }, expired.signal);
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    ending.addEventListener('abort', () => reject(abortFailure(ending)), { once: true });
    const cancelTimer = this.#clock.after(this.#timeout.limitMs, () => expired.abort(tooSlow()));
    const startMs = this.#clock.nowMs();
    try {
      const result = await Promise.race([this.#options.work(item, ending), stopped]);
      this.#observe(startMs);
      return result;
    } catch (error) {
      if (expired.signal.aborted) this.#observe(startMs);
      throw error;
    } finally {
      cancelTimer();
      dispose();
    }
  }

  /** Of an attempt that succeeded or took too long; one that failed says nothing about how long the work takes. */
  #observe(startMs: number): void {
    const durationMs = this.#clock.nowMs() - startMs;
    this.#timeout.observe(durationMs);
    this.#workers.observe(durationMs, { waiting: this.#queue.length, running: this.#running });
  }

  /** Resolves when a worker takes the item. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const { signal: ending, dispose } = linkSignals(signal ? { signal } : {}, this.#closing.signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { start: resolve };
    this.#queue.push(waiting);
    const leave = () => {
      const at = this.#queue.indexOf(waiting);
      if (at >= 0) this.#queue.splice(at, 1);
      reject(abortFailure(ending));
    };
    if (ending.aborted) leave();
    ending.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      ending.removeEventListener('abort', leave);
      dispose();
    }
  }

  #startNext(): void {
    while (this.#queue.length > 0 && this.#running < this.#workers.limit) {
      this.#running++;
      this.#queue.shift()!.start();
    }
  }
}

const shouldRetry = (error: unknown) => isTransient(error) || (error instanceof Failure && error.code === 'deadline-exceeded');
const full = () => new Failure('overloaded', 'Too many items are waiting. Try again later.', { retryAfterSeconds: 1 });
const tooSlow = () => new Failure('deadline-exceeded', 'The work did not finish in time.');
