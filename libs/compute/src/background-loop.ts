/** Loops that run as long as the process: they wait between steps, can be woken, and retry after a step that throws. */
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '#contracts/plain';

/** Wakes one waiter. A notification that comes before the wait ends the next wait at once; several count as one. */
export class WakeSignal {
  #isNotified = false;
  #wakeWaiter: (() => void) | undefined;

  notify(): void {
    this.#isNotified = true;
    this.#wakeWaiter?.();
  }

  /** Resolves at the next notification, after `ms`, or when `signal` aborts. One waiter at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isNotified && !signal.aborted && ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const wake = () => resolve();
      this.#wakeWaiter = wake;
      signal.addEventListener('abort', wake, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.#wakeWaiter = undefined;
    }
    this.#isNotified = false;
  }
}

export interface LoopLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface Loop {
  /** A verb phrase for the log: "publish the outbox". */
  readonly purpose: string;
  readonly log: LoopLog;
  readonly signal: AbortSignal;
  readonly wake: WakeSignal;
  /** Returns how long to wait before the next step, in milliseconds. */
  readonly step: () => Promise<number>;
}

/** Runs `step` until `signal` aborts; after a failure it waits 0.1 s, 0.2 s, … 5 s. Never throws. */
export async function runBackgroundLoop({ purpose, log, signal, wake, step }: Loop): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const restMs = await step();
      if (failures > 0) log.info({ failures }, `recovered: ${purpose}`);
      failures = 0;
      await wake.wait(restMs, signal);
    } catch (error) {
      if (failures === 0) log.warn({ err: error }, `failed to ${purpose}; retrying`);
      await delay(backoffMs({ attempt: ++failures, baseMs: 100, capMs: 5_000 }), undefined, { signal }).catch(() => undefined); // stopping
    }
  }
}
