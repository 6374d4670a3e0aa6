/** Strong entity tags and what they decide (RFC 9110 §8.8.3 and §13). All our tags are strong: equal tags mean equal bytes. */
import { hash } from 'node:crypto';
import { Failure, int32Max } from '#contracts';
import { identityTag } from './content-coding.ts';

/** @returns a strong ETag of these bytes: 132 bits of SHA-256 in base64url, quoted */
export const strongEtag = (bytes: string | Buffer): string => `"${hash('sha256', bytes, 'base64url').slice(0, 22)}"`;

/** The ETag of a resource, `"<revision>.<hash of the bytes>"`: the revision counts the changes of its owner, the bytes also change with its job. */
export const resourceEtag = (revision: number, bytes: string | Buffer): string => `"${revision}.${strongEtag(bytes).slice(1)}`;

/** @param digest of the bytes that it stands for */
export const etagOfDigest = (digest: string): string => `"${digest}"`;

const listed = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * If-None-Match (§13.1.2): is the client's copy still good? Compared weakly, since a proxy that compresses turns strong into weak, and whatever
 * coding the copy came in.
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

const ofResource = /^"([1-9]\d{0,9})\.[\w-]+"$/;

/**
 * If-Match on a change of a resource: only the revision is compared, so that the end of a job does not make an edit stale. Of several tags the newest
 * revision counts.
 *
 * @returns the revision that the client has read; undefined for `*`
 * @throws Failure precondition-failed where no tag is a strong one of {@link resourceEtag}
 */
export function revisionIn(ifMatch: string): number | undefined {
  if (ifMatch.trim() === '*') return undefined;
  const strong = [...ifMatch.matchAll(listed)].flatMap(([, weak, opaque]) => (weak ? [] : [identityTag(opaque!)]));
  const revisions = strong.flatMap((tag) => ofResource.exec(tag)?.[1] ?? []).map(Number);
  const newest = Math.max(...revisions.filter((revision) => revision <= int32Max));
  if (Number.isFinite(newest)) return newest;
  throw new Failure('precondition-failed', 'If-Match must be the ETag of the resource as you read it, or `*`.');
}

/** If-Range (§13.1.5): may a part be sent? A date never matches, since we send no Last-Modified. */
export const ifRangeHolds = (header: string | undefined, etag: string): boolean => header === undefined || header.trim() === etag;
