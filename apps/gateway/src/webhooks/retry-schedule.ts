/** When a failed delivery is retried. Pure. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** After the first try, the second, …: a restart of the receiver, a deployment, an outage, a night. A day in all. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 8 * hour, 8 * hour];
export const maxAttempts = delaysMs.length + 1;

/** Limit for Retry-After. */
const maxRetryAfterMs = 8 * hour;

/**
 * @param attempts that were made, from 1
 * @param retryAfterSeconds the receiver's Retry-After
 * @param random in [0, 1): messages that failed together are not tried together
 * @returns the wait, 80 to 120 % of the schedule; undefined when it was the last try
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

/** @param header `Retry-After` in seconds or as a date (RFC 9110 §10.2.3); anything else says nothing */
export function parseRetryAfter(header: string | undefined, nowMs: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, (atMs - nowMs) / second);
}
