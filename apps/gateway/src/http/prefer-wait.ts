/** How long a client is ready to wait for work that normally answers 202 (RFC 7240 §4.3). */

export const waitMaxSeconds = 60;

const waitPreference = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[,;]|$)/i;

/**
 * @param header the `Prefer` field; a preference is a hint, so a malformed one counts as absent and a long one is cut
 * @returns seconds in [0, 60]; undefined when the client said nothing
 */
export function preferredWaitSeconds(header: string | undefined): number | undefined {
  const seconds = waitPreference.exec(header ?? '')?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), waitMaxSeconds);
}
