/**
 * Reads from the table of contents of an MP4 or QuickTime movie what ffprobe would say of it, without a process. What it does not know exactly it
 * leaves to ffprobe: fragments, chapters, covers, interlaced pictures, edit lists that cut, codecs other than H.264, HEVC and AAC.
 */
import type { Probed, ProbedDetails } from '../ffprobe.ts';
import type { RandomAccess } from '../random-access.ts';
import { secondsOf } from './exact.ts';
import { Mp4Box } from './mp4-box.ts';
import { firstSampleOf, requireSameSet } from './mp4-sets.ts';
import { type SampleTime, type TrackTiming, timingOf } from './mp4-timing.ts';
import { parameterSetOf, streamOf } from './mp4-track.ts';
import { UnusualFile } from './picture-format.ts';

/** A film of three hours has some 5 MB. */
const largestIndexBytes = 16 << 20;
const mostTopLevelBoxes = 64;
const mostTracks = 32;

/**
 * Reads at most {@link largestIndexBytes} and steps over the rest. Work is limited by that, and by the number of boxes.
 *
 * @param packets whose time stamps are wanted, of all streams together
 * @returns undefined when ffprobe has to be asked
 */
export async function readMp4(file: RandomAccess, packets: number): Promise<(Probed & ProbedDetails) | undefined> {
  try {
    const movie = await findMovie(file);
    if (!movie) return undefined;
    const probed = described(movie, packets, file.sizeBytes);
    await requireSameSets(file, movie);
    return probed;
  } catch (error) {
    if ((error as Error).name === 'RangeError') return undefined; // also that of Buffer, where bytes are missing
    throw error;
  }
}

async function requireSameSets(file: RandomAccess, movie: Mp4Box): Promise<void> {
  for (const track of movie.children().filter(({ type }) => type === 'trak')) {
    const set = parameterSetOf(track);
    if (set) await requireSameSet(file, firstSampleOf(track), set);
  }
}

const plainBoxes = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'uuid']);

async function findMovie(file: RandomAccess): Promise<Mp4Box | undefined> {
  let movie: Mp4Box | undefined;
  let at = 0;
  for (let boxes = 0; at < file.sizeBytes; boxes++) {
    const header = await file.read(at, 16);
    const type = header.toString('latin1', 4, 8);
    if (boxes >= mostTopLevelBoxes || header.length < 8 || !plainBoxes.has(type)) return undefined;
    const short = header.readUInt32BE(0);
    const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? file.sizeBytes - at : short;
    if (size < 8 || at + size > file.sizeBytes) return undefined;
    if (type === 'moov') {
      if (movie || short < 8 || size > largestIndexBytes) return undefined;
      movie = new Mp4Box('moov', (await file.read(at, size)).subarray(8));
    }
    at += size;
  }
  return movie;
}

const knownInMovie = new Set(['mvhd', 'trak', 'udta', 'meta', 'iods', 'free', 'skip']);

function described(movie: Mp4Box, packets: number, fileSizeBytes: number): Probed & ProbedDetails {
  const parts = movie.children();
  const tracks = parts.filter(({ type }) => type === 'trak');
  if (tracks.length === 0 || tracks.length > mostTracks || parts.some(({ type }) => !knownInMovie.has(type)))
    throw new UnusualFile('a movie of other parts');
  refuseTagsOfStreams(movie, tracks);
  const { timescale, durationSeconds } = readMovieHeader(movie.at('mvhd'));
  const timings = tracks.map((track) => timingOf(track, timescale));
  if (timings.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0) > fileSizeBytes) throw new UnusualFile('samples that are not there');
  return {
    streams: tracks.map((track, index) => streamOf(track, timings[index]!, index)),
    format: { nb_streams: tracks.length, duration: durationSeconds, bit_rate: undefined, tags: {} },
    chapters: [],
    packets: firstPackets(timings, packets),
  };
}

/** Covers become streams and chapters a list. */
function refuseTagsOfStreams(movie: Mp4Box, tracks: readonly Mp4Box[]): void {
  const tags = [movie.find('udta')?.body, movie.find('meta')?.body];
  const marks = ['chpl', 'covr', 'artwork'];
  if (marks.some((mark) => tags.some((body) => body?.includes(mark, 0, 'latin1')))) throw new UnusualFile('a cover or chapters');
  if (
    tracks.some((track) =>
      track
        .find('tref')
        ?.children()
        .some(({ type }) => type !== 'tmcd' && type !== 'cdsc'),
    )
  )
    throw new UnusualFile('tracks that refer to others');
}

function readMovieHeader({ body, version }: Mp4Box) {
  const timescale = body.readUInt32BE(version === 1 ? 20 : 12);
  const units = version === 1 ? body.readBigUInt64BE(24) : BigInt(body.readUInt32BE(16));
  if (timescale === 0 || units === 0n || units === 0xffffffffn) throw new UnusualFile('no duration');
  const matrix = body.subarray(version === 1 ? 48 : 36);
  if (matrix.readInt32BE(0) !== 0x10000 || matrix.readInt32BE(16) !== 0x10000) throw new UnusualFile('a movie that is turned');
  return { timescale, durationSeconds: secondsOf(units, timescale) };
}

/** In the order of decoding, of all tracks together. */
function firstPackets(timings: readonly TrackTiming[], most: number): ProbedDetails['packets'] {
  const queues = timings.map((timing, index) => {
    const samples = timing.samples(most)[Symbol.iterator]();
    return { index, samples, next: samples.next().value as SampleTime | undefined };
  });
  const packets: ProbedDetails['packets'] = [];
  while (packets.length < most) {
    let first: (typeof queues)[number] | undefined;
    for (const queue of queues) if (queue.next && (!first || queue.next.decodeSeconds < first.next!.decodeSeconds)) first = queue;
    if (!first) break;
    packets.push({ stream_index: first.index, pts_time: first.next!.presentSeconds });
    first.next = first.samples.next().value;
  }
  return packets;
}
