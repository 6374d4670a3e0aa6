/** WavPack: blocks that say their size, where their samples are and how many there are in all. @see https://www.wavpack.com/WavPack5FileFormat.pdf */
import type { TruncationCheck } from './container-range.ts';

const headerBytes = 32;
/** Written to a pipe: the number of samples is not known. */
const unknownSamples = 0xffff_ffff;

interface Block {
  readonly lengthBytes: number;
  readonly totalSamples: number;
  readonly lastSample: number;
}

function blockIn(header: Buffer): Block | undefined {
  if (header.length < headerBytes || header.toString('latin1', 0, 4) !== 'wvpk') return undefined;
  const lengthBytes = 8 + header.readUInt32LE(4);
  if (lengthBytes < headerBytes) return undefined;
  return { lengthBytes, totalSamples: header.readUInt32LE(12), lastSample: header.readUInt32LE(16) + header.readUInt32LE(20) };
}

/** Every block must be whole, and the last one have the last sample. What follows the blocks is ignored. */
export const missingFromWavPack: TruncationCheck = async (file, { start, end }, budget) => {
  let [totalSamples, lastSample] = [unknownSamples, 0];
  for (let at = start; at < end; ) {
    budget.spend('wavPackBlocks', at - start);
    const block = blockIn(await file.read(at, Math.min(headerBytes, end - at)));
    if (block === undefined) break;
    if (at === start) totalSamples = block.totalSamples;
    if (at + block.lengthBytes > end) return `${at + block.lengthBytes - end} bytes of a block are missing`;
    lastSample = Math.max(lastSample, block.lastSample);
    at += block.lengthBytes;
  }
  if (lastSample === 0) return 'no whole block is left';
  return totalSamples !== unknownSamples && lastSample < totalSamples ? `${totalSamples - lastSample} samples are missing` : undefined;
};
