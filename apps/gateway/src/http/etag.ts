/** Strong entity tags and what they decide (RFC 9110 §8.8.3 and §13). All our tags are strong: equal tags mean equal bytes. */
import { hash } from 'node:crypto';
import { identityTag } from './content-coding.ts';

/** @returns a strong ETag of these bytes: 132 bits of SHA-256 in base64url, quoted */
export const strongEtag = (bytes: string | Buffer): string => `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;

/** @param digest of the bytes that it stands for */
export const etagOfDigest = (digest: string): string => `"${digest}"`;

const listed = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * If-None-Match (§13.1.2): is the client's copy still good? Compared weakly, since a proxy that compresses turns strong into weak; the tag of any
 * coding of the content matches.
 */
export function etagMatches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const own = etag.replace(/^W\//, '');
  return [...ifNoneMatch.matchAll(listed)].some(([, , opaque]) => opaque === own || identityTag(opaque!) === own);
}

/** If-Match (§13.1.1), compared strongly: true where the header is absent. A change concerns the content, so the tag of any coding holds. */
export const ifMatchHolds = (header: string | undefined, etag: string): boolean =>
  header === undefined ||
  header.trim() === '*' ||
  [...header.matchAll(listed)].some(([, weak, opaque]) => !weak && (opaque === etag || identityTag(opaque!) === etag));

/** If-Range (§13.1.5): may a part be sent? A date never matches, since we send no Last-Modified. */
export const ifRangeHolds = (header: string | undefined, etag: string): boolean => header === undefined || header.trim() === etag;
