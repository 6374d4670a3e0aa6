/**
 * Reads from the headers of a Matroska or WebM file what ffprobe would say of it, without a process. What it does not know exactly it leaves to ffprobe:
 * recordings without a duration or rate, attachments, encrypted or compressed tracks, spheres, fields, and codecs other than those of the web.
 */
import { cluster, type EbmlHeader, elementAt, segment } from '../containers/matroska.ts';
import type { Probed, ProbedDetails } from '../ffprobe.ts';
import { requireSameSet } from '../movie-header/mp4-sets.ts';
import { UnusualFile } from '../movie-header/picture-format.ts';
import type { RandomAccess } from '../random-access.ts';
import { type Block, blocksOf } from './blocks.ts';
import { EbmlMaster } from './ebml.ts';
import { chaptersOf, refuseRenaming } from './matroska-chapters.ts';
import { type MatroskaTrack, parameterSetOf, streamOf, trackOf } from './matroska-track.ts';
import { pictureHeaderBytes } from './picture-headers.ts';

/** Of one header; a film with many chapters and tags has some 100 KB. */
const largestHeaderBytes = 4 << 20;
const mostHeaders = 64;
const mostTracks = 32;

const ebml = 0x1a45dfa3;
const [seekHead, info, tracks, chapters, tags, cues] = [0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1043a770, 0x1254c367, 0x1c53bb6b];
const skipped = new Set([cues, 0xec, 0xbf]);

/**
 * Reads at most {@link largestHeaderBytes} a header, and the heads of blocks. Work is limited by the numbers of headers, tracks and packets.
 *
 * @param packets whose time stamps are wanted, of all streams together
 * @returns undefined when ffprobe has to be asked
 */
export async function readMatroska(file: RandomAccess, packets: number): Promise<(Probed & ProbedDetails) | undefined> {
  try {
    const headers = await readHeaders(file);
    return await described(file, headers, packets);
  } catch (error) {
    if ((error as Error).name === 'RangeError') return undefined; // also that of Buffer, where bytes are missing
    throw error;
  }
}

interface Headers {
  readonly masters: ReadonlyMap<number, EbmlMaster>;
  /** Place of the first cluster, and end of the segment. */
  readonly clustersAt: number;
  readonly end: number;
}

async function readHeaders(file: RandomAccess): Promise<Headers> {
  const head = await ended(file, 0, file.sizeBytes);
  if (head.id !== ebml) throw new UnusualFile('no EBML');
  const body = await ended(file, head.end, file.sizeBytes);
  if (body.id !== segment) throw new UnusualFile('no segment');
  const masters = new Map<number, EbmlMaster>();
  let at = body.bodyAt;
  for (let headers = 0; at < body.end; headers++) {
    const element = await ended(file, at, body.end);
    if (headers >= mostHeaders) throw new UnusualFile('very many headers');
    if (element.id === cluster) break;
    await readHeader(file, element, masters);
    at = element.end;
  }
  await readBehindClusters(file, masters, body.bodyAt, { from: at, end: body.end });
  return { masters, clustersAt: at, end: body.end };
}

type Ended = EbmlHeader & { readonly end: number };

async function ended(file: RandomAccess, at: number, limit: number): Promise<Ended> {
  const element = await elementAt(file, at);
  if (element?.end === undefined || element.end > limit) throw new UnusualFile('an element that is cut or open');
  return element as Ended;
}

async function readHeader(file: RandomAccess, { id, bodyAt, end }: Ended, masters: Map<number, EbmlMaster>): Promise<void> {
  if (skipped.has(id)) return;
  const isKnown = [seekHead, info, tracks, chapters, tags].includes(id);
  if (!isKnown || masters.has(id) || end - bodyAt > largestHeaderBytes) throw new UnusualFile(`a header ${id.toString(16)}`);
  masters.set(id, new EbmlMaster(Buffer.from(await file.read(bodyAt, end - bodyAt))));
}

const [seek, seekId, seekPosition] = [0x4dbb, 0x53ab, 0x53ac];

/** Headers that stand behind the pictures are found by the table at the beginning, as ffprobe finds them. */
async function readBehindClusters(
  file: RandomAccess,
  masters: Map<number, EbmlMaster>,
  segmentAt: number,
  behind: { readonly from: number; readonly end: number },
): Promise<void> {
  const entries = masters.get(seekHead)?.masters(seek) ?? [];
  if (entries.length > mostHeaders) throw new UnusualFile('a table of very many headers');
  for (const entry of entries) {
    const at = segmentAt + (entry.unsigned(seekPosition) ?? 0);
    const id = entry.unsigned(seekId);
    if (at < behind.from || id === cues || id === cluster) continue;
    const element = await ended(file, at, behind.end);
    if (element.id !== id) throw new UnusualFile('a table that leads elsewhere');
    await readHeader(file, element, masters);
  }
}

async function described(file: RandomAccess, { masters, clustersAt, end }: Headers, packets: number): Promise<Probed & ProbedDetails> {
  const [about, table, marks, names] = [info, tracks, chapters, tags].map((id) => masters.get(id));
  if (!about || !table) throw new UnusualFile('no table of tracks');
  const entries = table.masters(0xae).map(trackOf);
  if (entries.length === 0 || entries.length > mostTracks) throw new UnusualFile('no track, or very many');
  const indexes = new Map(entries.map(({ number }, index) => [number, index]));
  if (indexes.size < entries.length) throw new UnusualFile('two tracks of one number');
  if (names) refuseRenaming(names);
  const duration = durationOf(about);
  const blocks = await blocksOf(file, { at: clustersAt, end }, packets);
  const streams: Probed['streams'] = [];
  for (const [index, track] of entries.entries()) streams.push(await describedTrack(file, track, index, blocks));
  return {
    streams,
    format: { nb_streams: entries.length, duration, bit_rate: undefined, tags: {} },
    chapters: marks ? chaptersOf(marks) : [],
    packets: packetsOf(blocks, indexes, entries).slice(0, packets),
  };
}

/** Decoders hold up to 16 pictures back. */
const fewestFrames = 20;
/** Enough for the sequence header of AV1, too. */
const frameHeadBytes = Math.max(pictureHeaderBytes, 256);

async function describedTrack(file: RandomAccess, track: MatroskaTrack, index: number, blocks: readonly Block[]) {
  if (track.type !== 'video') return streamOf(track, index, undefined, undefined);
  const frames = blocks.filter(({ track: number }) => number === track.number);
  const [first] = frames;
  if (!first || frames.length < fewestFrames) throw new UnusualFile('so few pictures that ffprobe does not find the first time');
  const frame = Buffer.from(await file.read(first.at, Math.min(first.sizeBytes, frameHeadBytes)));
  const set = parameterSetOf(track);
  if (set) await requireSameSet(file, first, set);
  return streamOf(track, index, frame, first.seconds);
}

/** Frames of a lace have one time, and only pictures are asked for theirs. @throws UnusualFile for laced pictures and blocks of no track */
function packetsOf(
  blocks: readonly Block[],
  indexes: ReadonlyMap<number, number>,
  entries: readonly MatroskaTrack[],
): ProbedDetails['packets'] {
  return blocks.flatMap(({ track, seconds, frames }) => {
    const stream_index = indexes.get(track);
    if (stream_index === undefined || (frames > 1 && entries[stream_index]!.type !== 'audio')) throw new UnusualFile('a rare block');
    return Array.from({ length: frames }, () => ({ stream_index, pts_time: seconds }));
  });
}

const [timestampScale, durationId] = [0x2ad7b1, 0x4489];
const usualScale = 1_000_000;

/** Cut to microseconds, as ffprobe cuts it. @throws UnusualFile without one, and for times in another unit than milliseconds */
function durationOf(about: EbmlMaster): number {
  const milliseconds = about.float(durationId);
  if (milliseconds === undefined || !(milliseconds > 0 && milliseconds < 1e12)) throw new UnusualFile('no duration');
  if ((about.unsigned(timestampScale) ?? usualScale) !== usualScale) throw new UnusualFile('times in another unit');
  return Math.trunc((milliseconds * usualScale * 1_000) / 1e6) / 1e6;
}
