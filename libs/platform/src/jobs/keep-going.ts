/** Loops that live as long as the process: they rest, are woken, and survive whatever a step throws. */
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '#contracts';
import type { JobsLog } from './surroundings.ts';

/** A bell: rung while somebody rests, it wakes them; rung before, the next rest is over at once. */
export class Wake {
  #rung = false;
  #rouse: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#rouse?.();
  }

  /** Resolves at the next ring, after `ms`, or when `signal` aborts. One sleeper at a time. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted && ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const rouse = () => resolve();
      this.#rouse = rouse;
      signal.addEventListener('abort', rouse, { once: true });
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', rouse);
      this.#rouse = undefined;
    }
    this.#rung = false;
  }
}

export interface Loop {
  /** Reads in the log after "cannot": "carry jobs to NATS". */
  readonly purpose: string;
  readonly log: JobsLog;
  readonly signal: AbortSignal;
  readonly wake: Wake;
  /** Answers how long to rest before the next step, in milliseconds. */
  readonly step: () => Promise<number>;
}

/** Runs `step` until `signal` aborts; after a failure it waits 0.1 s, 0.2 s, … 5 s. Never throws. */
export async function keepGoing({ purpose, log, signal, wake, step }: Loop): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const restMs = await step();
      if (failures > 0) log.info({ failures }, `can ${purpose} again`);
      failures = 0;
      await wake.rest(restMs, signal);
    } catch (error) {
      if (failures === 0) log.warn({ err: error }, `cannot ${purpose}; trying again`);
      await delay(backoffMs({ attempt: ++failures, baseMs: 100, capMs: 5_000 }), undefined, { signal }).catch(() => undefined); // stopping
    }
  }
}
