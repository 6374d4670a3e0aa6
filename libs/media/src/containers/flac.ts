/** FLAC: metadata blocks, then frames with a checksum at the end of each. @see RFC 9639 §8 (metadata), §9 (frames) */

import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';
import { crcTable } from './crc.ts';

/** Encoders write smaller frames: 4608 samples of 8 channels of 32 bits are a seventh of it. */
const largestFrameBytes = 1 << 20;
const maxCandidates = 16;

/**
 * The last frame must end where the file ends: its CRC-16 from a frame header to the end of the file must be 0 (§9.3; zero padding behind it keeps
 * it 0). The number of samples in STREAMINFO is ignored, so a file cut exactly between two frames passes.
 */
export const missingFromFlac: TruncationCheck = async (file, { start, end }, budget) => {
  const audioAt = await skipMetadata(file, { start, end }, budget);
  if (audioAt === undefined) return 'its metadata is cut';
  if (audioAt >= end) return 'the audio is missing';
  const tailAt = Math.max(audioAt, end - largestFrameBytes);
  const tail = await file.read(tailAt, end - tailAt);
  return endsInWholeFrame(tail) ? undefined : 'its last frame is cut';
};

async function skipMetadata(file: RandomAccess, { start, end }: ContainerRange, budget: ParsingBudget): Promise<number | undefined> {
  for (let at = start + 4; ; ) {
    budget.spend('flacBlocks');
    const header = await file.read(at, 4);
    if (header.length < 4) return undefined;
    at += 4 + header.readUIntBE(1, 3);
    if (at > end) return undefined;
    if (header[0]! & 0x80) return at;
  }
}

/** Searches backwards from the end, so that the first header found is nearly always that of the last frame. */
function endsInWholeFrame(tail: Buffer): boolean {
  let candidates = 0;
  for (let at = tail.length - 1; at >= 0 && candidates < maxCandidates; at--) {
    if (tail[at] !== 0xff || !isFrameHeader(tail, at)) continue;
    if (crc16(tail, at) === 0) return true;
    candidates++;
  }
  return false;
}

/** Sync code, no reserved value, and the header's own CRC-8 (§9.1). */
function isFrameHeader(bytes: Buffer, at: number): boolean {
  const [, sync, sizes, channels] = bytes.subarray(at, at + 4);
  if (sync === undefined || sizes === undefined || channels === undefined) return false;
  const reserved = sizes >> 4 === 0 || (sizes & 15) === 15 || channels >> 4 > 10 || ((channels >> 1) & 7) === 3 || (channels & 1) === 1;
  if ((sync & 0xfe) !== 0xf8 || reserved) return false;
  const lengthBytes = 4 + codedNumberBytes(bytes[at + 4]) + blockSizeBytes(sizes >> 4) + rateBytes(sizes & 15);
  return crc8(bytes.subarray(at, at + lengthBytes + 1)) === 0 && at + lengthBytes < bytes.length;
}

/** The frame or sample number is written as UTF-8 is, with up to 7 bytes. */
const codedNumberBytes = (first = 0) => (first < 0x80 ? 1 : Math.max(1, Math.clz32(~(first << 24))));
const blockSizeBytes = (code: number) => (code === 6 ? 1 : code === 7 ? 2 : 0);
const rateBytes = (code: number) => (code === 12 ? 1 : code === 13 || code === 14 ? 2 : 0);

const table8 = crcTable(8, 0x07);
const table16 = crcTable(16, 0x8005);
const crc8 = (bytes: Buffer) => bytes.reduce((crc, byte) => table8[crc ^ byte]!, 0);

function crc16(bytes: Buffer, from: number): number {
  let crc = 0;
  for (let at = from; at < bytes.length; at++) crc = ((crc << 8) & 0xffff) ^ table16[(crc >> 8) ^ bytes[at]!]!;
  return crc;
}
