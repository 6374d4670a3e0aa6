/** Strong entity tags and what they decide (RFC 9110 §8.8.3 and §13). All our tags are strong: equal tags mean equal bytes. */
import { createHash } from 'node:crypto';

/** @param content a digest of the bytes that stand for them, or the bytes themselves */
export const entityTag = (content: string | Uint8Array): string =>
  typeof content === 'string' ? `"${content}"` : `"${createHash('sha256').update(content).digest('base64url')}"`;

const listed = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Weak comparison, for If-None-Match (§13.1.2): is the client's copy still good? */
export const noneMatchHolds = (header: string | undefined, tag: string): boolean =>
  header !== undefined && (header.trim() === '*' || [...header.matchAll(listed)].some(([, , opaque]) => opaque === tag));

/** Strong comparison, for If-Match (§13.1.1): true where the header is absent. */
export const matchHolds = (header: string | undefined, tag: string): boolean =>
  header === undefined || header.trim() === '*' || [...header.matchAll(listed)].some(([, weak, opaque]) => !weak && opaque === tag);

/** If-Range (§13.1.5): may a part be sent? A date never matches, since we send no Last-Modified. */
export const ifRangeHolds = (header: string | undefined, tag: string): boolean => header === undefined || header.trim() === tag;
