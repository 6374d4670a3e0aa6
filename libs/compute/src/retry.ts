/** Retries with exponential backoff and full jitter, limited in number and time. */
import { backoffMs, Failure } from '#contracts/plain';
import { abortFailure } from './abort-reasons.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import { isTransient } from './transient-errors.ts';

export interface RetryPolicy {
  /** Attempts in total, at least 1; default 4. */
  readonly attempts?: number;
  /** Upper bound of the first delay; it doubles with each attempt. Default 100. */
  readonly baseDelayMs?: number;
  /** Upper bound of every delay; default 5,000. A `retryAfterSeconds` of the failure is added to it. */
  readonly maxDelayMs?: number;
  /** No attempt starts later than this after the first one; default 30,000. */
  readonly totalMs?: number;
  /** Default: transient errors (busy or unreachable services, broken connections). The work must be safe to repeat. */
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
 * Calls `work` until it succeeds.
 *
 * @param work gets the number of the attempt, from 1
 * @throws what the last attempt threw; Failure `cancelled` when the signal aborts during a delay
 * @see M. Brooker 2015, "Exponential Backoff And Jitter", AWS Architecture Blog
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, policy: RetryPolicy = {}, tools: RetryTools = {}): Promise<T> {
  const { attempts = 4, totalMs = 30_000, shouldRetry = isTransient } = policy;
  const { clock = systemClock, signal, onRetry } = tools;
  if (!(attempts >= 1)) throw new RangeError(`attempts must be at least 1, not ${attempts}`);
  const endMs = clock.nowMs() + totalMs;
  for (let attempt = 1; ; attempt++) {
    if (signal?.aborted) throw abortFailure(signal);
    try {
      return await work(attempt);
    } catch (error) {
      const delayMs = delayAfter(error, attempt, policy, tools.random);
      if (attempt >= attempts || !shouldRetry(error) || clock.nowMs() + delayMs > endMs) throw error;
      onRetry?.(error, delayMs);
      await sleep(clock, delayMs, signal);
    }
  }
}

function delayAfter(
  error: unknown,
  attempt: number,
  { baseDelayMs = 100, maxDelayMs = 5_000 }: RetryPolicy,
  random?: () => number,
): number {
  const retryAfterMs = error instanceof Failure ? 1_000 * (error.retryAfterSeconds ?? 0) : 0;
  return retryAfterMs + backoffMs({ attempt, baseMs: baseDelayMs, capMs: maxDelayMs, jitter: 1, random });
}
