/** MPEG audio layers II and III: frames, of which the first may be an information frame (Xing, Info, VBRI). */

import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';
import { type FrameHeader, firstFrameAt, followFrames } from './frame-stream.ts';

const kbps = {
  mpeg1Layer2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  mpeg1Layer3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const ratesHz = [44_100, 48_000, 32_000] as const;

/**
 * Parses a frame header; undefined for other bytes, layer I (not used in practice) and free format (without a declared length).
 *
 * @see ISO/IEC 11172-3:1993 §2.4.1.3 and §2.4.3.1 (header, length of a frame); ISO/IEC 13818-3:1998 §2.4.1.3 (half the sample rates)
 */
export function mpegFrame(bytes: Buffer, at: number): FrameHeader | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const [first, second] = [bytes[at + 1]!, bytes[at + 2]!];
  const [version, layer] = [(first >> 3) & 3, 4 - ((first >> 1) & 3)];
  const [bitRateIndex, rateIndex] = [second >> 4, (second >> 2) & 3];
  if (version === 1 || layer === 4 || layer === 1 || bitRateIndex === 0 || bitRateIndex === 15 || rateIndex === 3) return undefined;
  const table = version === 3 ? (layer === 3 ? kbps.mpeg1Layer3 : kbps.mpeg1Layer2) : kbps.mpeg2;
  const rateHz = ratesHz[rateIndex]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const slots = layer === 3 && version !== 3 ? 72 : 144;
  const lengthBytes = Math.floor((slots * table[bitRateIndex]! * 1000) / rateHz) + ((second >> 1) & 1);
  return { lengthBytes, kind: (version << 4) | (layer << 2) | rateIndex };
}

const searchedBytes = 64 << 10;

/**
 * A file is truncated when its information frame (Xing, Info or VBRI) declares more bytes than are there. Some writers include the tags, so with a whole
 * last frame a difference up to the size of the tags is accepted. It is truncated as well when it declares more frames than there are. Without an
 * information frame a cut last frame is accepted, because recordings of live streams end anywhere, but one whole frame is required.
 *
 * @see Xing variable bit rate SDK 1.2 (1998), dxhead.c; G. Bouvigne, "MP3 Info Tag" revision 1; Fraunhofer VBRI header, mp3 info by K. Windszus 2007
 */
export const missingFromMp3: TruncationCheck = async (file, { start, end }, budget) => {
  const head = await file.read(start, Math.min(searchedBytes, end - start));
  const at = firstFrameAt(head, mpegFrame, head.length === end - start, budget);
  if (at === undefined) return 'no whole frame is left';
  const audio = { start: start + at, end };
  const { bytes = 0, frames = 0 } = readInformationFrame(head, at);
  const lack = audio.start + bytes - end;
  const tagBytes = audio.start + file.sizeBytes - end;
  if (lack > 0 && (lack > tagBytes || (await endsInCutFrame(file, audio, budget)))) return `${lack} bytes are missing`;
  const present = frames > 0 ? await countFrames(file, audio) : undefined;
  return present !== undefined && frames > present ? `${frames - present} frames are missing` : undefined;
};

/** Frames are counted only in files of up to these bytes, so that long recordings are not read twice. */
const countedBytes = 64 << 20;
const windowBytes = 256 << 10;
/** Layer II at 384 kb/s and 32 kHz. */
const largestFrameBytes = 1_728;

/** @returns undefined for a larger file, and where the frames are interrupted by other bytes */
async function countFrames(file: RandomAccess, { start, end }: ContainerRange): Promise<number | undefined> {
  if (end - start > countedBytes) return undefined;
  let frames = 0;
  let at = start;
  for (let passed = -1; passed !== 0; at += passed) {
    const window = await file.read(at, Math.min(windowBytes, end - at));
    passed = 0;
    for (let frame = mpegFrame(window, 0); frame && passed + frame.lengthBytes <= window.length; frame = mpegFrame(window, passed)) {
      passed += frame.lengthBytes;
      frames++;
    }
  }
  return end - at < largestFrameBytes ? frames : undefined;
}

async function endsInCutFrame(file: RandomAccess, { start, end }: ContainerRange, budget: ParsingBudget): Promise<boolean> {
  const tailAt = Math.max(start, end - searchedBytes);
  const tail = await file.read(tailAt, end - tailAt);
  const from = firstFrameAt(tail, mpegFrame, true, budget);
  return from !== undefined && followFrames(tail, from, mpegFrame, budget).missingBytes > 0;
}

interface InformationFrame {
  /** Itself included. */
  readonly bytes?: number | undefined;
  readonly frames?: number | undefined;
}

/** What the first frame declares, where it is an information frame. */
function readInformationFrame(head: Buffer, at: number): InformationFrame {
  const isMpeg1 = ((head[at + 1]! >> 3) & 3) === 3;
  const isMono = head[at + 3]! >> 6 === 3;
  const xingAt = at + 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const signature = head.toString('latin1', xingAt, xingAt + 4);
  if (signature === 'Xing' || signature === 'Info') return readXing(head, xingAt);
  const isVbri = head.toString('latin1', at + 36, at + 40) === 'VBRI' && head.length >= at + 54;
  return isVbri ? { bytes: head.readUInt32BE(at + 46), frames: head.readUInt32BE(at + 50) } : {};
}

/** Flag 1: a number of frames is present; flag 2: a number of bytes follows. */
function readXing(head: Buffer, at: number): InformationFrame {
  if (head.length < at + 16) return {};
  const flags = head.readUInt32BE(at + 4);
  const next = at + 8 + (flags & 1 ? 4 : 0);
  return { ...(flags & 1 && { frames: head.readUInt32BE(at + 8) }), ...(flags & 2 && { bytes: head.readUInt32BE(next) }) };
}
