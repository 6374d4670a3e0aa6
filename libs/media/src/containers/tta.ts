/** True Audio: a header, the sizes of all frames, the frames. @see https://tausoft.org/en/true_audio_codec_format/ */
import type { RandomAccess } from '../random-access.ts';
import type { TruncationCheck } from './container-range.ts';

const headerBytes = 22;
const checksumBytes = 4;
const tableBytes = 64 << 10;

/** All frames of the table must be there. */
export const missingFromTta: TruncationCheck = async (file, { start, end }, budget) => {
  const header = await file.read(start, headerBytes);
  if (header.length < headerBytes) return 'the header is cut';
  const samplesOfFrame = Math.max(1, Math.floor((256 * header.readUInt32LE(10)) / 245));
  const frames = Math.ceil(header.readUInt32LE(14) / samplesOfFrame);
  const tableAt = start + headerBytes;
  const audioAt = tableAt + 4 * frames + checksumBytes;
  if (frames === 0 || audioAt > end) return 'the table of its frames is cut';
  const missing = audioAt + (await sumOf(file, tableAt, frames, () => budget.spend('ttaFrames'))) - end;
  return missing > 0 ? `${missing} bytes of audio are missing` : undefined;
};

async function sumOf(file: RandomAccess, tableAt: number, frames: number, spend: () => void): Promise<number> {
  let sum = 0;
  for (let at = 0; at < 4 * frames; at += tableBytes) {
    const sizes = await file.read(tableAt + at, Math.min(tableBytes, 4 * frames - at));
    for (let entry = 0; entry + 4 <= sizes.length; entry += 4) {
      spend();
      sum += sizes.readUInt32LE(entry);
    }
  }
  return sum;
}
