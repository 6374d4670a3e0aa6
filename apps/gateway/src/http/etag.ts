/** Strong validators for JSON (RFC 9110 §8.8.3 and §13.1.2). */
import { hash } from 'node:crypto';

/** @returns a strong ETag of these bytes: 132 bits of SHA-256 in base64url, quoted */
export const strongEtag = (bytes: string | Buffer): string => `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;

/** Whether If-None-Match names `etag`; compared weakly, as §13.1.2 asks, since a proxy that compresses turns strong into weak. */
export function etagMatches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === opaque);
}
