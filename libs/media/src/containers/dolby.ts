/** AC-3 and E-AC-3 as bare frames. @see ETSI TS 102 366 V1.4.1 §4.3 (syncinfo, frame sizes) and annex E.1.2 (E-AC-3) */
import type { ParsingBudget } from '../parsing-budget.ts';
import type { TruncationCheck } from './container-range.ts';
import { type FrameHeader, followFrames } from './frame-stream.ts';

const kbps = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640] as const;
/** The streams of E-AC-3 have a version of 11 to 16. */
const lastAc3Version = 10;
const lastVersion = 16;

const versionOf = (bytes: Buffer, at: number) => bytes[at + 5]! >> 3;

export function dolbyFrame(bytes: Buffer, at: number): FrameHeader | undefined {
  if (at + 6 > bytes.length || bytes.readUInt16BE(at) !== 0x0b77) return undefined;
  const version = versionOf(bytes, at);
  if (version > lastVersion) return undefined;
  const lengthBytes = version > lastAc3Version ? extendedLength(bytes, at) : lengthOf(bytes[at + 4]!);
  return lengthBytes === undefined ? undefined : { lengthBytes, kind: (version << 2) | (bytes[at + 4]! >> 6) };
}

const extendedLength = (bytes: Buffer, at: number) => 2 * ((bytes.readUInt16BE(at + 2) & 0x7ff) + 1);

/** @param code sample rate (2 bits: 48, 44.1, 32 kHz) and size of the frame (6 bits), of which the last pads 44.1 kHz */
function lengthOf(code: number): number | undefined {
  const rate = kbps[(code & 63) >> 1];
  if (rate === undefined || code >> 6 === 3) return undefined;
  return [4 * rate, 2 * (Math.floor((320 * rate) / 147) + (code & 1)), 6 * rate][code >> 6];
}

const requiredFrames = 3;

/** The frames begin with the file. @param isWhole whether `head` reaches to its end, where fewer than three are enough */
export function dolbyContainer(head: Buffer, isWhole: boolean, budget: ParsingBudget): 'ac3' | 'eac3' | undefined {
  const { wholeFrames, missingBytes, endAt } = followFrames(head, 0, dolbyFrame, budget, requiredFrames);
  const ranOut = isWhole && wholeFrames > 0 && (missingBytes > 0 || endAt === head.length);
  if (wholeFrames < requiredFrames && !ranOut) return undefined;
  return versionOf(head, 0) > lastAc3Version ? 'eac3' : 'ac3';
}

/** No length is stored, and recordings of broadcasts end inside a frame: what was recognised has a whole frame. */
export const missingFromDolby: TruncationCheck = async () => undefined;
