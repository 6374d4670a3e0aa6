/** Matroska and WebM: EBML elements. @see RFC 8794 §4–§6 (EBML), RFC 9559 §5.1 (Matroska) */
import type { RandomAccess } from '../random-access.ts';
import type { TruncationCheck } from './container-range.ts';

export interface EbmlHeader {
  readonly id: number;
  readonly bodyAt: number;
  /** Undefined when the size is unknown (RFC 8794 §6.2): a live stream. */
  readonly end: number | undefined;
}

export const segment = 0x18538067;
export const cluster = 0x1f43b675;

/**
 * No element may end past the file. The content of a segment or cluster of unknown size (as browsers record) is parsed; of one with a known size only
 * the end is checked. A segment without a cluster is truncated.
 */
export const missingFromMatroska: TruncationCheck = async (file, { start, end }, budget) => {
  let at = start;
  let clusters = 0;
  let openEnded = true;
  while (at < end) {
    budget.spend('matroskaElements', at - start);
    const element = await elementAt(file, at);
    if (element === undefined) return openEnded && end - at < 12 ? 'its last element is cut' : undefined;
    if (element.end !== undefined && element.end > end) return `${element.end - end} bytes are missing`;
    if (element.id === cluster) clusters++;
    // A segment of known size that fits is whole, but it must contain a cluster.
    if (element.id === segment) openEnded = element.end === undefined;
    if (element.id === cluster && !openEnded) return undefined;
    at = element.id === segment || element.end === undefined ? element.bodyAt : element.end;
  }
  return clusters > 0 ? undefined : 'it has no audio or video';
};

export const elementAt = async (file: RandomAccess, at: number): Promise<EbmlHeader | undefined> => headerAt(await file.read(at, 12), at);

/** @param header the first bytes of the element, at most 12 @param at where they stand */
export function headerAt(header: Buffer, at: number): EbmlHeader | undefined {
  const idBytes = vintLength(header, 0, 4);
  const sizeLength = vintLength(header, idBytes, 8);
  if (idBytes === 0 || sizeLength === 0) return undefined;
  const id = header.readUIntBE(0, idBytes);
  const bodyAt = at + idBytes + sizeLength;
  const size = vintValue(header, idBytes, sizeLength);
  return { id, bodyAt, end: size === undefined ? undefined : bodyAt + size };
}

/** 0 when there is no valid number or the bytes end inside it. */
function vintLength(bytes: Buffer, at: number, longest: number): number {
  const first = bytes[at];
  const length = first === undefined || first === 0 ? 9 : Math.clz32(first) - 23;
  return length <= longest && at + length <= bytes.length ? length : 0;
}

/** All value bits set means unknown. Above 2^53 it is rounded, and larger than any file. */
function vintValue(bytes: Buffer, at: number, length: number): number | undefined {
  let value = bytes[at]! & ((1 << (8 - length)) - 1);
  let isUnknown = value === (1 << (8 - length)) - 1;
  for (let next = at + 1; next < at + length; next++) {
    value = value * 256 + bytes[next]!;
    isUnknown &&= bytes[next] === 255;
  }
  return isUnknown ? undefined : value;
}
