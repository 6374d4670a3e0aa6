/** Which bytes of a file a `Range` header asks for (RFC 9110 §14). */

import type { ByteRange as PartialRange } from '#storage';

/** Of the blob store, with both ends: `0 <= start <= end < sizeBytes`. */
export type ByteRange = { readonly [Key in keyof PartialRange]-?: number };

const oneRange = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i; // units are case-insensitive (§14.1)

/**
 * @param header the field's value; absent, of another unit, malformed or asking for several ranges it is ignored (§14.2 allows all four)
 * @param sizeBytes size of the whole file
 * @returns `unsatisfiable` where no byte of the file is asked for: the answer is then 416
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = oneRange.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return suffix(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return 'whole';
  return start >= sizeBytes ? 'unsatisfiable' : { start, end };
}

function suffix(length: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || sizeBytes === 0) return 'unsatisfiable';
  return { start: Math.max(0, sizeBytes - length), end: sizeBytes - 1 };
}

export const contentRange = (range: ByteRange, sizeBytes: number): string => `bytes ${range.start}-${range.end}/${sizeBytes}`;
export const unsatisfiedRange = (sizeBytes: number): string => `bytes */${sizeBytes}`;
