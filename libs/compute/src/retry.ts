/** Trying again, a bounded number of times and for a bounded time, at moments that callers do not share. */
import { Failure } from '#contracts';
import { abortFailure } from './abort.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import { isTransient } from './faults.ts';

export interface RetryPolicy {
  /** How often it is tried in all, at least 1; default 4. */
  readonly attempts?: number;
  /** The longest first pause; it doubles each time. Default 100. */
  readonly baseDelayMs?: number;
  /** No pause is longer; default 5,000. A `retryAfterSeconds` of the failure is waited for in full. */
  readonly maxDelayMs?: number;
  /** No attempt starts later than this after the first one; default 30,000. */
  readonly totalMs?: number;
  /** Default: busy or absent services and broken connections. Only repeat what may be repeated. */
  readonly shouldRetry?: (error: unknown) => boolean;
}

export interface RetryTools {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly onRetry?: (error: unknown, delayMs: number) => void;
}

/**
 * Calls `work` until it succeeds. Pauses are drawn evenly from nothing to a limit that doubles ("full jitter").
 *
 * @param work gets the number of the attempt, from 1
 * @throws what the last attempt threw; Failure `cancelled` when the signal aborts in a pause
 * @see M. Brooker 2015, "Exponential Backoff And Jitter", AWS Architecture Blog
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, policy: RetryPolicy = {}, tools: RetryTools = {}): Promise<T> {
  const { attempts = 4, totalMs = 30_000, shouldRetry = isTransient } = policy;
  const { clock = systemClock, signal, onRetry } = tools;
  if (!(attempts >= 1)) throw new RangeError('at least one attempt is needed');
  const endMs = clock.nowMs() + totalMs;
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) throw abortFailure(signal);
    try {
      return await work(attempt);
    } catch (error) {
      const delayMs = pauseAfter(error, attempt, policy, tools.random ?? Math.random);
      if (attempt >= attempts || !shouldRetry(error) || clock.nowMs() + delayMs > endMs) throw error;
      onRetry?.(error, delayMs);
      await sleep(clock, delayMs, signal);
    }
  }
}

function pauseAfter(error: unknown, attempt: number, { baseDelayMs = 100, maxDelayMs = 5_000 }: RetryPolicy, random: () => number): number {
  const asked = error instanceof Failure ? 1_000 * (error.retryAfterSeconds ?? 0) : 0;
  return asked + random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
}
