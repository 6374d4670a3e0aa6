/** MPEG audio layers II and III as a file: frames, the first of which may be a note about the whole. */

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
 * Reads a frame header; nothing for what is no header, layer I (which nobody sends) and free format (whose length is not written).
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
 * Truncated when the note in the first frame (Xing, Info or VBRI) counts more bytes than are there. Some writers count the tags around the sound too, so
 * while the last frame is whole, a lack as small as the tags does not count. The note's number of frames, which only says how long it plays, is not
 * read. Without a note a cut last frame is accepted (recordings of live streams end anywhere), but one whole frame there must be.
 *
 * @see Xing variable bit rate SDK 1.2 (1998), dxhead.c; G. Bouvigne, "MP3 Info Tag" revision 1; Fraunhofer VBRI header, mp3 info by K. Windszus 2007
 */
export const missingFromMp3: TruncationCheck = async (file, { start, end }, budget) => {
  const head = await file.read(start, Math.min(searchedBytes, end - start));
  const at = firstFrameAt(head, mpegFrame, head.length === end - start, budget);
  if (at === undefined) return 'no whole frame is left';
  const lack = start + at + (notedBytes(head, at) ?? 0) - end;
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

/** The bytes of the whole as the first frame tells them, itself included; nothing when it does not. */
function notedBytes(head: Buffer, at: number): number | undefined {
  const isMpeg1 = ((head[at + 1]! >> 3) & 3) === 3;
  const isMono = head[at + 3]! >> 6 === 3;
  const xingAt = at + 4 + (isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const mark = head.toString('latin1', xingAt, xingAt + 4);
  if (mark === 'Xing' || mark === 'Info') return xingBytes(head, xingAt);
  return head.toString('latin1', at + 36, at + 40) === 'VBRI' && head.length >= at + 50 ? head.readUInt32BE(at + 46) : undefined;
}

/** Flag 1 announces a count of frames, flag 2 a count of bytes behind it. */
function xingBytes(head: Buffer, at: number): number | undefined {
  if (head.length < at + 16) return undefined;
  const flags = head.readUInt32BE(at + 4);
  return flags & 2 ? head.readUInt32BE(at + 8 + (flags & 1 ? 4 : 0)) : undefined;
}
