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
 * last frame a difference up to the size of the tags is accepted. The declared number of frames is ignored. Without an information frame a cut last frame
 * is accepted, because recordings of live streams end anywhere, but one whole frame is required.
 *
 * @see Xing variable bit rate SDK 1.2 (1998), dxhead.c; G. Bouvigne, "MP3 Info Tag" revision 1; Fraunhofer VBRI header, mp3 info by K. Windszus 2007
 */
export const missingFromMp3: TruncationCheck = async (file, { start, end }, budget) => {
  const head = await file.read(start, Math.min(searchedBytes, end - start));
  const at = firstFrameAt(head, mpegFrame, head.length === end - start, budget);
  if (at === undefined) return 'no whole frame is left';
  const lack = start + at + (declaredBytes(head, at) ?? 0) - end;
  if (lack <= 0) return undefined;
  const tagBytes = start + at + file.sizeBytes - end;
  return lack > tagBytes || (await endsInCutFrame(file, { start: start + at, end }, budget)) ? `${lack} bytes are missing` : undefined;
};

async function endsInCutFrame(file: RandomAccess, { start, end }: ContainerRange, budget: ParsingBudget): Promise<boolean> {
  const tailAt = Math.max(start, end - searchedBytes);
  const tail = await file.read(tailAt, end - tailAt);
  const from = firstFrameAt(tail, mpegFrame, true, budget);
  return from !== undefined && followFrames(tail, from, mpegFrame, budget).missingBytes > 0;
}

/** The number of bytes that the first frame declares, itself included. */
function declaredBytes(head: Buffer, at: number): number | undefined {
  const isMpeg1 = ((head[at + 1]! >> 3) & 3) === 3;
  const isMono = head[at + 3]! >> 6 === 3;
  const xingAt = at + 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const signature = head.toString('latin1', xingAt, xingAt + 4);
  if (signature === 'Xing' || signature === 'Info') return xingBytes(head, xingAt);
  return head.toString('latin1', at + 36, at + 40) === 'VBRI' && head.length >= at + 50 ? head.readUInt32BE(at + 46) : undefined;
}

/** Flag 1: a number of frames is present; flag 2: a number of bytes follows. */
function xingBytes(head: Buffer, at: number): number | undefined {
  if (head.length < at + 16) return undefined;
  const flags = head.readUInt32BE(at + 4);
  return flags & 2 ? head.readUInt32BE(at + 8 + (flags & 1 ? 4 : 0)) : undefined;
}
