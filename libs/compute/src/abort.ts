/** How work ends early: a caller that gave up reads `cancelled`, a deadline that passed reads `deadline-exceeded`. */
import { Failure } from '#contracts';

export interface Limits {
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch, as the call context carries it. */
  readonly deadlineAtMs?: number;
}

export interface RunningLimits {
  /** Its reason is always a Failure. */
  readonly signal: AbortSignal;
  /** Drops the timer and the listener; call it once the work is over. */
  stop(): void;
}

const longestTimerMs = 2 ** 31 - 1;

/** The failure that an aborted signal stands for. A Failure given as reason is kept as it is. */
export function abortFailure(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? deadlineFailure(reason) : new Failure('cancelled', 'The work was cancelled.', { cause: reason });
}

const deadlineFailure = (cause?: unknown) => new Failure('deadline-exceeded', 'The work did not finish in time.', { cause });

/** One signal for every way of ending early. Nothing stays behind once `stop` was called. */
export function startLimits(limits: Limits, ...alsoEndedBy: readonly AbortSignal[]): RunningLimits {
  const controller = new AbortController();
  const timer = limits.deadlineAtMs === undefined ? undefined : startTimer(controller, limits.deadlineAtMs - Date.now());
  const signals = [...(limits.signal ? [limits.signal] : []), ...alsoEndedBy];
  const follow = (event: Event) => controller.abort(abortFailure(event.target as AbortSignal));
  for (const signal of signals) {
    if (signal.aborted) controller.abort(abortFailure(signal));
    signal.addEventListener('abort', follow, { once: true });
  }
  const stop = () => {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', follow);
  };
  return { signal: controller.signal, stop };
}

function startTimer(controller: AbortController, leftMs: number): NodeJS.Timeout | undefined {
  const expire = () => controller.abort(deadlineFailure());
  if (leftMs > 0) return setTimeout(expire, Math.min(leftMs, longestTimerMs));
  expire();
  return undefined;
}
