/** Runs CPU work on worker threads, so that the event loop stays free. */
import { availableParallelism } from 'node:os';
import { type Registry, register } from 'prom-client';
import { Failure } from '#contracts/plain';
import { type AbortOptions, linkSignals } from './abort-reasons.ts';
import { type PoolLoad, type TaskOutcomeLabel, taskSeconds, watchPool } from './compute-metrics.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { TaskCall } from './run-task.worker.ts';
import type { Task } from './task.ts';
import { ThreadDied, ThreadPool } from './thread-pool.ts';

export interface ComputeOptions {
  /** `WORKER_THREADS`; default: one less than the cores, at least 1. Threads start on demand and end when idle. */
  readonly threads?: number;
  /** `WORKER_THREAD_MEMORY_MB`: heap of each thread at most, without the bytes of typed arrays; default: as V8 decides. */
  readonly memoryMb?: number;
  /** How many tasks may wait before the next one is refused; default 16 per thread. */
  readonly maxQueue?: number;
  /** Shared with child processes: every running task holds one core of it. */
  readonly limiter?: ConcurrencyLimiter;
  readonly registry?: Registry;
}

export interface RunOptions extends AbortOptions {
  /** Buffers that are transferred to the thread instead of copied; they are detached here afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
}

/** A pool of threads with a bounded queue. */
export class Compute implements PoolLoad {
  readonly #slots: ConcurrencyLimiter;
  readonly #pool: ThreadPool;
  readonly #limiter: ConcurrencyLimiter | undefined;
  readonly #seconds: ReturnType<typeof taskSeconds>;
  readonly #unwatch: () => void;
  readonly #ending = new AbortController();
  readonly #inFlight = new Set<Promise<unknown>>();
  #running = 0;
  #closed = false;

  constructor(options: ComputeOptions = {}) {
    const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
    this.#limiter = options.limiter;
    this.#slots = new ConcurrencyLimiter({ cores: threads, maxQueue: options.maxQueue ?? 16 * threads });
    this.#pool = new ThreadPool(threads, options.memoryMb);
    this.#seconds = taskSeconds(options.registry ?? register);
    this.#unwatch = watchPool(this, options.registry ?? register);
  }

  get threads(): number {
    return this.#pool.size;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#inFlight.size - this.#running;
  }

  /**
   * Runs a task on a thread. What the task throws is thrown here: a Failure as that Failure, another error as a plain copy of it.
   *
   * @throws Failure `overloaded` with `retryAfterSeconds` when the queue is full; `cancelled` or `deadline-exceeded` when it is aborted (its
   *   thread is stopped and replaced); `internal` when the thread died; `service-unavailable` once `close` was called
   */
  run<Input, Output>(work: Task<Input, Output>, input: Input, options: RunOptions = {}): Promise<Output> {
    const running = this.#measure(work.name, () => this.#admit({ url: work.url, input }, options));
    const tracked = running.catch(() => undefined).finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
    return running as Promise<Output>;
  }

  /**
   * Accepts no more tasks, waits for those in flight, then stops the remaining ones with `service-unavailable`.
   *
   * @param drainMs how long to wait; 0 stops everything at once
   */
  async close({ drainMs }: { readonly drainMs: number }): Promise<void> {
    this.#closed = true;
    await settledWithin(drainMs, this.#inFlight);
    this.#ending.abort(shuttingDown());
    await Promise.all(this.#inFlight);
    await this.#pool.destroy();
    this.#unwatch();
  }

  async #measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const end = this.#seconds.startTimer({ task: name });
    try {
      const value = await work();
      end({ outcome: 'succeeded' satisfies TaskOutcomeLabel });
      return value;
    } catch (error) {
      end({ outcome: outcomeOf(error) });
      throw error;
    }
  }

  async #admit(call: TaskCall, options: RunOptions): Promise<unknown> {
    if (this.#closed) throw shuttingDown();
    const { signal, dispose } = linkSignals(options, this.#ending.signal);
    const onThread = () => this.#execute(call, options.transfer ?? [], signal);
    const oneCore = { cores: 1 };
    try {
      return await this.#slots.run(oneCore, () => this.#limiter?.run(oneCore, onThread, signal) ?? onThread(), signal);
    } finally {
      dispose();
    }
  }

  async #execute(call: TaskCall, transfer: readonly ArrayBuffer[], signal: AbortSignal): Promise<unknown> {
    this.#running++;
    try {
      return await this.#pool.run(call, transfer, signal);
    } finally {
      this.#running--;
    }
  }
}

const shuttingDown = () => new Failure('service-unavailable', 'This process is shutting down.', { retryAfterSeconds: 1 });

async function settledWithin(limitMs: number, work: ReadonlySet<Promise<unknown>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([Promise.all(work), expired]);
  clearTimeout(timer);
}

function outcomeOf(error: unknown): TaskOutcomeLabel {
  if (error instanceof ThreadDied) return 'crashed';
  if (!(error instanceof Failure)) return 'failed';
  if (error.code === 'overloaded') return 'overloaded';
  if (error.code === 'deadline-exceeded') return 'expired';
  return error.code === 'cancelled' || error.code === 'service-unavailable' ? 'cancelled' : 'failed';
}
