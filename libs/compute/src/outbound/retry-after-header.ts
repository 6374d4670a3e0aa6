/** The header `Retry-After` of somebody else's answer. Pure. */

/** @param header `Retry-After` in seconds or as a date (RFC 9110 §10.2.3); other values are ignored */
export function parseRetryAfter(header: string | undefined, nowMs: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, (atMs - nowMs) / 1_000);
}
