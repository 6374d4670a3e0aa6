/** When a failed delivery is retried. Pure. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Delays after the first attempt, the second, …: cover a restart, a deployment, an outage and a night. One day in total. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 8 * hour, 8 * hour];
export const maxAttempts = delaysMs.length + 1;

/** Upper limit of Retry-After. */
const maxRetryAfterMs = 8 * hour;

/**
 * @param attempts number of attempts so far, from 1
 * @param retryAfterSeconds the receiver's Retry-After
 * @param random in [0, 1), for jitter
 * @returns the delay, 80 to 120 % of the schedule; undefined after the last attempt
 */
export function retryDelayMs(
  attempts: number,
  retryAfterSeconds: number | undefined,
  random: () => number = Math.random,
): number | undefined {
  const delayMs = delaysMs[attempts - 1];
  if (delayMs === undefined) return undefined;
  return Math.max(Math.round(delayMs * (0.8 + 0.4 * random())), Math.min((retryAfterSeconds ?? 0) * second, maxRetryAfterMs));
}
