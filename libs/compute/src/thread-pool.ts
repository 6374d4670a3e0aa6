/** Worker threads of piscina. Callers start at most as many tasks as there are threads, so the queue of piscina stays empty. */
import { basename } from 'node:path';
import { Piscina } from 'piscina';
import { Failure } from '#contracts/plain';
import { abortFailure } from './abort-reasons.ts';
import { taskChannel } from './channels.ts';
import { currentCpuAccount } from './cpu-account.ts';
import type { TaskCall, TimedOutcome } from './run-task.worker.ts';
import { runsFromSource, task } from './task.ts';

const runTask = task<TaskCall, TimedOutcome>('./run-task.worker', import.meta.url);
const idleTimeoutMs = 30_000;

/** The thread ended without a result: out of memory, `process.exit`, an exception outside the task's promise. */
export class ThreadDied extends Failure {
  constructor(cause: unknown) {
    super('internal', 'The worker thread crashed; the cause is in the log under this trace id.', { cause });
  }
}

export class ThreadPool {
  readonly #piscina: Piscina<TaskCall, TimedOutcome>;

  /** @param memoryMb heap of a thread at most; one that needs more ends, and its task fails. undefined: as V8 decides */
  constructor(threads: number, memoryMb?: number) {
    this.#piscina = new Piscina({
      filename: runTask.url,
      minThreads: 0,
      maxThreads: threads,
      maxQueue: 2 * threads,
      idleTimeout: idleTimeoutMs,
      recordTiming: false, // compute-metrics measures tasks; two histograms of 0.4 MB would do it again
      ...(memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
      execArgv: runsFromSource(import.meta.url) ? ['--conditions=source'] : [],
    });
    // An idle thread that crashes has no caller; the next task starts a new thread.
    this.#piscina.on('error', () => undefined);
  }

  get size(): number {
    return this.#piscina.threads.length;
  }

  /** Stops the thread when the signal aborts. Must not be called for more tasks at a time than there are threads. */
  async run(call: TaskCall, transfer: readonly ArrayBuffer[], signal: AbortSignal): Promise<unknown> {
    const charge = currentCpuAccount();
    const name = basename(call.url).replace(/\.worker\.[jt]s$/, '');
    const run = () => this.#piscina.run(call, { signal, transferList: [...transfer] });
    const outcome = await taskChannel.tracePromise(run, { name }).catch((error: unknown) => {
      if (signal.aborted) throw abortFailure(signal);
      throw error instanceof Error && error.name === 'DataCloneError' ? error : new ThreadDied(error);
    });
    charge(outcome.cpuSeconds);
    if ('value' in outcome) return outcome.value;
    throw 'failure' in outcome ? Failure.fromWire(outcome.failure) : outcome.error;
  }

  destroy(): Promise<void> {
    return this.#piscina.destroy();
  }
}
