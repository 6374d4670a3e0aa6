/** Ogg pages. @see RFC 3533 §6 (page layout), §4 (the last page of a stream has the end-of-stream flag) */

import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';
import { crcTable } from './crc.ts';

/** 27 bytes of header, 255 of lacing, 255 × 255 of body. */
const largestPageBytes = 65_307;
const endOfStream = 0x04;
/** Candidates tried for the last whole page. */
const maxCandidates = 64;

/**
 * The last whole page (with a valid checksum) must have the end-of-stream flag, which ffmpeg, oggenc, opusenc and browsers set and a truncated file has
 * lost. Data behind that page is ignored.
 */
export const missingFromOgg: TruncationCheck = async (file, { start, end }, budget) => {
  await countPages(file, { start, end: Math.min(end, start + countedBytes) }, budget);
  const windowAt = Math.max(start, end - 2 * largestPageBytes);
  const tail = await file.read(windowAt, end - windowAt);
  let at = tail.lastIndexOf('OggS');
  for (let tries = 0; at >= 0 && tries < maxCandidates; tries++) {
    const page = pageAt(tail, at);
    if (page) return page[5]! & endOfStream ? undefined : 'its last page (end of stream) is missing';
    at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1);
  }
  return 'its last pages are missing';
};

/** Pages are counted only in these bytes, so that long recordings are not read twice; the decoder has its own limit. */
const countedBytes = 64 << 20;

/** Demultiplexing costs time per page, so files of tiny pages are refused before a demultiplexer opens them. */
async function countPages(file: RandomAccess, { start, end }: ContainerRange, budget: ParsingBudget): Promise<void> {
  for (let at = start; at < end; ) {
    budget.spend('oggPages', at - start);
    const header = await file.read(at, 27 + 255);
    if (header.toString('latin1', 0, 4) !== 'OggS') return;
    at += pageBytes(header);
  }
}

function pageBytes(header: Buffer): number {
  const headerBytes = 27 + (header[26] ?? 0);
  return header.subarray(27, headerBytes).reduce((sum, lacing) => sum + lacing, headerBytes);
}

/** Returns the whole page at this offset, or undefined when it is cut or not a page. */
function pageAt(bytes: Buffer, at: number): Buffer | undefined {
  const segments = bytes[at + 26];
  if (segments === undefined || bytes[at + 4] !== 0) return undefined;
  const bodyAt = at + 27 + segments;
  const bodyBytes = bytes.subarray(at + 27, bodyAt).reduce((sum, lacing) => sum + lacing, 0);
  const page = bytes.subarray(at, bodyAt + bodyBytes);
  return page.length === bodyAt - at + bodyBytes && checksum(page) === page.readUInt32LE(22) ? page : undefined;
}

const table = crcTable(32, 0x04c11db7);

/** The checksum field itself counts as zero. */
function checksum(page: Buffer): number {
  let crc = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : page[at]!;
    crc = ((crc << 8) ^ table[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  }
  return crc;
}
