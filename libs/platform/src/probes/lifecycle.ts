/** Where a process stands between its first line and its last, and what has to happen on the way out. */
import type { Log } from '../logs/log.ts';

type Step = readonly [name: string, run: () => void | Promise<void>];

export class Lifecycle {
  readonly #drains: Step[] = [];
  readonly #closes: Step[] = [];
  readonly #stopping = new AbortController();
  readonly #failure = Promise.withResolvers<Error>();
  #started = false;

  /** True once everything that is required has answered for the first time. */
  get hasStarted(): boolean {
    return this.#started;
  }

  /** Aborted at the first sign of a shutdown: readiness turns, long answers (SSE) end. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Settles with the reason when something was found that this process must not go on with; whoever runs it then stops it. */
  get failure(): Promise<Error> {
    return this.#failure.promise;
  }

  fail(reason: Error): void {
    this.#failure.resolve(reason);
  }

  markStarted(): void {
    this.#started = true;
  }

  beginStop(): void {
    this.#stopping.abort();
  }

  /** Work that must be finished or handed back while all connections still stand. */
  onDrain(name: string, run: Step[1]): void {
    this.#drains.push([name, run]);
  }

  /** Connections and pools, closed last and in reverse order of their making. */
  onClose(name: string, run: Step[1]): void {
    this.#closes.unshift([name, run]);
  }

  async drain(log: Log): Promise<void> {
    await Promise.all(this.#drains.splice(0).map((step) => settle(step, log)));
  }

  async close(log: Log): Promise<void> {
    for (const step of this.#closes.splice(0)) await settle(step, log);
  }
}

async function settle([name, run]: Step, log: Log): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.warn({ err: error, step: name }, 'a shutdown step failed');
  }
}
