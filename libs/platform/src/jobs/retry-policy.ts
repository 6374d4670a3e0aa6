/** Decides whether a failed job is retried, and when. Pure. */
import { backoffMs, Failure, type FailureCode, failures } from '#contracts';

export interface Attempts {
  /** Of this attempt, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
}

export type Verdict =
  | { readonly next: 'retry'; readonly delayMs: number }
  /** `dead`: all attempts failed for a reason that a retry might have fixed; it becomes a dead letter. */
  | { readonly next: 'fail'; readonly dead: boolean };

const firstDelayMs = 1_000;
const longestDelayMs = 5 * 60_000;

/** 4xx codes mean that the input is wrong, so a retry cannot help; except 429, too many requests. Nor does it bring a lost file back. */
export function isRetryable(code: FailureCode): boolean {
  const { status } = failures[code];
  if (code === 'file-lost') return false;
  return status >= 500 || status === 429;
}

/**
 * @param random in [0, 1): spreads the retries of jobs that failed together
 * @returns a wait that doubles with each attempt, half of it random, never shorter than the failure asked for
 */
export function judge(error: unknown, { attempt, maxAttempts }: Attempts, random: () => number = Math.random): Verdict {
  const failure = Failure.from(error);
  if (!isRetryable(failure.code)) return { next: 'fail', dead: false };
  if (attempt >= maxAttempts) return { next: 'fail', dead: true };
  const delayMs = Math.round(backoffMs({ attempt, baseMs: firstDelayMs, capMs: longestDelayMs, jitter: 0.5, random }));
  return { next: 'retry', delayMs: Math.max(delayMs, (failure.retryAfterSeconds ?? 0) * 1_000) };
}
