/** Skips tags before and behind the audio of a file that are not part of its container. */
import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange } from './container-range.ts';

/**
 * The range between leading ID3v2 tags and trailing ID3v1, APEv2, Lyrics3v2 and appended ID3v2.4 tags. `start` lies past the end of the file when an
 * ID3v2 tag does.
 *
 * @see https://id3.org/id3v2.4.0-structure §3.1 (header, syncsafe size) and §3.4 (footer)
 * @see https://wiki.hydrogenaud.io/index.php?title=APE_Tags_Header, https://id3.org/Lyrics3v2
 */
export async function rangeWithoutTags(file: RandomAccess, budget: ParsingBudget): Promise<ContainerRange> {
  const start = await skipLeading(file, budget);
  return { start, end: await skipTrailing(file, start, budget) };
}

async function skipLeading(file: RandomAccess, budget: ParsingBudget): Promise<number> {
  for (let at = 0; ; ) {
    budget.spend('tags');
    const lengthBytes = id3v2Length(await file.read(at, 10), 'ID3');
    if (lengthBytes === 0) return at;
    at += lengthBytes;
  }
}

/** Length of header, body and, with its flag, footer. 0 when there is no tag. */
function id3v2Length(header: Buffer, mark: 'ID3' | '3DI'): number {
  if (header.length < 10 || header.toString('latin1', 0, 3) !== mark) return 0;
  const size = header.subarray(6, 10);
  if (header[3]! > 4 || header[3]! < 2 || size.some((byte) => byte > 127)) return 0;
  const bodyBytes = size.reduce((sum, byte) => sum * 128 + byte, 0);
  return 10 + bodyBytes + (header[5]! & 0x10 ? 10 : 0);
}

async function skipTrailing(file: RandomAccess, start: number, budget: ParsingBudget): Promise<number> {
  let end = file.sizeBytes;
  while (end > start) {
    budget.spend('tags');
    const lengthBytes = await trailingTag(file, end);
    if (lengthBytes === 0 || end - lengthBytes < start) break;
    end -= lengthBytes;
  }
  return end;
}

async function trailingTag(file: RandomAccess, end: number): Promise<number> {
  if (end >= 128 && (await file.read(end - 128, 3)).toString('latin1') === 'TAG') return 128;
  const foot = await file.read(Math.max(0, end - 32), 32);
  return apeLength(foot) || lyricsLength(foot) || id3v2Length(foot.subarray(-10), '3DI');
}

/** An APE footer counts itself and the items, and bit 31 tells whether a header of 32 bytes precedes them. */
function apeLength(foot: Buffer): number {
  if (foot.length < 32 || foot.toString('latin1', 0, 8) !== 'APETAGEX') return 0;
  const hasHeader = (foot.readUInt32LE(20) & 0x80000000) !== 0;
  return foot.readUInt32LE(12) + (hasHeader ? 32 : 0);
}

/** Six digits of size, then the signature. */
function lyricsLength(foot: Buffer): number {
  const match = /(\d{6})LYRICS200$/.exec(foot.toString('latin1'));
  return match ? Number(match[1]) + 15 : 0;
}
