/** Early ends of work: a caller that cancelled is reported as `cancelled`, a deadline that passed as `deadline-exceeded`. */
import { Failure } from '#contracts/plain';

export interface AbortOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch, as in the call context. */
  readonly deadlineAtMs?: number;
}

export interface LinkedSignal {
  /** Its reason is always a Failure. */
  readonly signal: AbortSignal;
  /** Removes the timer and the listeners; call it when the work is over. */
  dispose(): void;
}

const longestTimerMs = 2 ** 31 - 1;

/** The failure that an aborted signal stands for. A Failure given as reason is returned as it is. */
export function abortFailure(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? deadlineFailure(reason) : new Failure('cancelled', 'The work was cancelled.', { cause: reason });
}

const deadlineFailure = (cause?: unknown) => new Failure('deadline-exceeded', 'The work did not finish in time.', { cause });

/** One signal that aborts at the deadline or when any of the other signals does. */
export function linkSignals(options: AbortOptions, ...others: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const timer = options.deadlineAtMs === undefined ? undefined : startTimer(controller, options.deadlineAtMs - Date.now());
  const signals = [...(options.signal ? [options.signal] : []), ...others];
  const onAbort = (event: Event) => controller.abort(abortFailure(event.target as AbortSignal));
  for (const signal of signals) {
    if (signal.aborted) controller.abort(abortFailure(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  }
  const dispose = () => {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
  };
  return { signal: controller.signal, dispose };
}

function startTimer(controller: AbortController, remainingMs: number): NodeJS.Timeout | undefined {
  const expire = () => controller.abort(deadlineFailure());
  if (remainingMs > 0) return setTimeout(expire, Math.min(remainingMs, longestTimerMs));
  expire();
  return undefined;
}
