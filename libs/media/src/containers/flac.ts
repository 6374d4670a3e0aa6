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
 * it 0). It must reach the number of samples in STREAMINFO (§8.2), where 0 is unknown: a file may be cut exactly between two frames.
 */
export const missingFromFlac: TruncationCheck = async (file, { start, end }, budget) => {
  const audioAt = await skipMetadata(file, { start, end }, budget);
  if (audioAt === undefined) return 'its metadata is cut';
  if (audioAt >= end) return 'the audio is missing';
  const tailAt = Math.max(audioAt, end - largestFrameBytes);
  const tail = await file.read(tailAt, end - tailAt);
  const lastFrame = lastFrameAt(tail);
  if (lastFrame === undefined) return 'its last frame is cut';
  const { samples, blockSamples } = readStreamInfo(await file.read(start, 26));
  const missingSamples = samples - endOfFrame(tail, lastFrame, blockSamples);
  return missingSamples > 0 ? `${missingSamples} samples are missing` : undefined;
};

/** @param head up to the number of samples; the first metadata block is STREAMINFO */
function readStreamInfo(head: Buffer): { readonly samples: number; readonly blockSamples: number } {
  if (head.length < 26 || (head[4]! & 0x7f) !== 0) return { samples: 0, blockSamples: 0 };
  return { samples: (head[21]! & 15) * 2 ** 32 + head.readUInt32BE(22), blockSamples: head.readUInt16BE(8) };
}

/** Number of samples up to the end of the frame at `at`. @param blockSamples of a stream whose blocks have one size: its frames are numbered, not its samples */
function endOfFrame(bytes: Buffer, at: number, blockSamples: number): number {
  const first = readCodedNumber(bytes, at + 4) * (bytes[at + 1]! & 1 ? 1 : blockSamples);
  return first + blockSize(bytes, at);
}

function readCodedNumber(bytes: Buffer, at: number): number {
  const length = codedNumberBytes(bytes[at]);
  let value = length === 1 ? bytes[at]! : bytes[at]! & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) value = value * 64 + (bytes[next]! & 0x3f);
  return value;
}

/** In samples (§9.1.1); sizes without a code of their own stand behind the coded number. */
function blockSize(bytes: Buffer, at: number): number {
  const code = bytes[at + 2]! >> 4;
  const behind = at + 4 + codedNumberBytes(bytes[at + 4]);
  if (code === 6) return bytes[behind]! + 1;
  if (code === 7) return bytes.readUInt16BE(behind) + 1;
  return code === 1 ? 192 : code < 6 ? 576 << (code - 2) : 256 << (code - 8);
}

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
function lastFrameAt(tail: Buffer): number | undefined {
  let candidates = 0;
  for (let at = tail.length - 1; at >= 0 && candidates < maxCandidates; at--) {
    if (tail[at] !== 0xff || !isFrameHeader(tail, at)) continue;
    if (crc16(tail, at) === 0) return at;
    candidates++;
  }
  return undefined;
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
