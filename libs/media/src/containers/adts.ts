/** AAC in ADTS frames. @see ISO/IEC 13818-7:2006 §6.2 (adts_fixed_header, adts_variable_header) */

import type { TruncationCheck } from './container-range.ts';
import { type FrameHeader, firstFrameAt } from './frame-stream.ts';

export function adtsFrame(bytes: Buffer, at: number): FrameHeader | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined;
  const second = bytes[at + 2]!;
  const rateIndex = (second >> 2) & 15;
  const lengthBytes = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
  if (rateIndex > 12 || lengthBytes < 8) return undefined;
  // Profile, rate and the low bits of the channel configuration stay the same in one stream.
  return { lengthBytes, kind: ((second & 0xfd) << 8) | (bytes[at + 3]! & 0xc0) };
}

/** ADTS does not store its length, and radio recordings end inside a frame, so a file counts as truncated only without one whole frame. */
export const missingFromAdts: TruncationCheck = async (file, { start, end }, budget) => {
  const head = await file.read(start, Math.min(64 << 10, end - start));
  return firstFrameAt(head, adtsFrame, head.length === end - start, budget) === undefined ? 'no whole frame is left' : undefined;
};
