/** ISO base media files (MP4, M4A, MOV, 3GP): nested boxes. @see ISO/IEC 14496-12:2022 §4.2 (boxes), §8.7.2 (data references) */
import type { ParsingBudget } from '../parsing-budget.ts';
import type { RandomAccess } from '../random-access.ts';
import type { ContainerRange, TruncationCheck } from './container-range.ts';

interface Box {
  readonly type: string;
  readonly bodyAt: number;
  /** Past the end of the file when bytes are missing. */
  readonly end: number;
}

const topLevel = new Set([
  ...[
    'ftyp',
    'moov',
    'mdat',
    'free',
    'skip',
    'wide',
    'udta',
    'meta',
    'moof',
    'mfra',
    'sidx',
    'ssix',
    'styp',
    'pdin',
    'uuid',
    'prft',
    'emsg',
  ],
  ...['pnot', 'PICT', 'imda', 'mvex', 'junk'],
]);

export interface BoxReader {
  readonly file: RandomAccess;
  readonly budget: ParsingBudget;
}

/** Boxes from `start` to `end`, in order. A size of 0 means up to the end (§4.2.2); iteration stops at bytes that are not a box. */
async function* boxes({ file, budget }: BoxReader, start: number, end: number): AsyncGenerator<Box> {
  let at = start;
  while (at + 8 <= end) {
    budget.spend('mp4Boxes');
    const box = boxAt(await file.read(at, 16), at, end);
    if (box === undefined) return;
    yield box;
    at = box.end;
  }
}

function boxAt(header: Buffer, at: number, end: number): Box | undefined {
  const type = header.toString('latin1', 4, 8);
  const short = header.readUInt32BE(0);
  if (short === 1) return header.length < 16 ? undefined : sized(type, at, 16, Number(header.readBigUInt64BE(8)));
  return short === 0 ? { type, bodyAt: at + 8, end } : sized(type, at, 8, short);
}

const sized = (type: string, at: number, headerBytes: number, sizeBytes: number): Box | undefined =>
  sizeBytes < headerBytes ? undefined : { type, bodyAt: at + headerBytes, end: at + sizeBytes };

/**
 * Every top-level box must end inside the file and `moov`, the table of contents, must be present. Unknown data behind a complete movie, such as a
 * tag, is ignored. A fragmented file cut exactly between two fragments is a valid, shorter file.
 */
export const missingFromMp4: TruncationCheck = async (file, { start, end }, budget) => {
  const seen = new Set<string>();
  for await (const box of boxes({ file, budget }, start, end)) {
    const isRequired = topLevel.has(box.type) || !(seen.has('moov') && (seen.has('mdat') || seen.has('moof')));
    if (box.end > end && isRequired)
      return `${box.end - end} bytes of its ${topLevel.has(box.type) ? box.type : 'unknown'} box are missing`;
    seen.add(box.type);
  }
  return seen.has('moov') ? undefined : 'its table of contents (moov) is missing';
};

/** Whether the table of contents (`moov`) comes behind the media data: a player must read the end of the file before it can start. */
export async function hasIndexAtEnd(reader: BoxReader, { start, end }: ContainerRange): Promise<boolean> {
  let hasMedia = false;
  for await (const box of boxes(reader, start, end)) {
    if (box.type === 'moov') return hasMedia;
    hasMedia ||= box.type === 'mdat';
  }
  return false;
}

/** Boxes that contain data references: tracks, and the boxes where QuickTime stores references to other movies. */
const leadsToReferences = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'edts', 'udta', 'mvex']);
const deepest = 8;

/**
 * Whether a movie refers to other files: a data reference without the self-contained flag (`url `, `urn `, QuickTime's `alis` and `rsrc`), a
 * reference movie (`rmra`), or a compressed table of contents (`cmov`) that could contain one.
 *
 * @see ISO/IEC 14496-12:2022 §8.7.2.3 (flag 1: the media data is in the same file)
 * @see Apple, QuickTime File Format (2001): Data Reference Atoms, Reference Movie Atoms, Compressed Movie Resources
 */
export async function hasExternalReferences(reader: BoxReader, range: ContainerRange, depth = 0): Promise<boolean> {
  for await (const box of boxes(reader, range.start, range.end)) {
    const inside = { start: box.bodyAt, end: Math.min(box.end, range.end) };
    if (box.type === 'rmra' || box.type === 'cmov') return true;
    if (box.type === 'dref' && (await hasOutsideReference(reader, inside))) return true;
    if (leadsToReferences.has(box.type) && depth < deepest && (await hasExternalReferences(reader, inside, depth + 1))) return true;
  }
  return false;
}

/** After version, flags and a count of four bytes each, one box per reference whose own version and flags come first. */
async function hasOutsideReference(reader: BoxReader, dref: ContainerRange): Promise<boolean> {
  for await (const entry of boxes(reader, dref.start + 8, dref.end)) {
    const versionAndFlags = await reader.file.read(entry.bodyAt, 4);
    if (versionAndFlags.length < 4 || (versionAndFlags[3]! & 1) === 0) return true;
  }
  return false;
}

const leadsToSampleEntries = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl']);
/** Sample entries of encrypted audio and video: FairPlay (`drms`, `drmi`) and Common Encryption (`enca`, `encv`). */
const protectedEntries = new Set(['drms', 'drmi', 'enca', 'encv']);

/** Whether a track is encrypted. @see ISO/IEC 14496-12:2022 §8.12 (protected sample entries) */
export async function hasProtectedTrack(reader: BoxReader, range: ContainerRange, depth = 0): Promise<boolean> {
  for await (const box of boxes(reader, range.start, range.end)) {
    if (protectedEntries.has(box.type)) return true;
    const inside = { start: box.bodyAt + (box.type === 'stsd' ? 8 : 0), end: Math.min(box.end, range.end) };
    const leads = leadsToSampleEntries.has(box.type) || box.type === 'stsd';
    if (leads && depth < deepest && (await hasProtectedTrack(reader, inside, depth + 1))) return true;
  }
  return false;
}
