/** Times of the samples of a track: from runs in its tables, never written out for the whole file. @see ISO/IEC 14496-12:2022 §8.6 */
import { exact } from './exact.ts';
import type { Mp4Box } from './mp4-box.ts';
import { UnusualFile } from './picture-format.ts';

export interface TrackTiming {
  /** Units a second. */
  readonly timescale: number;
  /** As the media header declares it, but no longer than all samples, in units. */
  readonly durationUnits: number;
  readonly sampleCount: number;
  /** Of all samples. */
  readonly sizeBytes: number;
  /** Sum of the durations of all samples. */
  readonly totalUnits: number;
  /** Of every sample, apart from the last one; undefined when they differ. */
  readonly steadyUnits: number | undefined;
  /** Added to composition times by the edit list, in units. */
  readonly shiftUnits: number;
  /** Whether an edit leaves out a part of the media. */
  readonly isCut: boolean;
  /** Decoding and presentation time in seconds of the first samples, in the order of the file. */
  samples(most: number): Iterable<SampleTime>;
}

export interface SampleTime {
  readonly decodeSeconds: number;
  readonly presentSeconds: number;
}

/** @param movieTimescale of the edit list's durations */
export function timingOf(track: Mp4Box, movieTimescale: number): TrackTiming {
  const { timescale, declaredUnits } = readHeader(track.at('mdia', 'mdhd'));
  const table = track.at('mdia', 'minf', 'stbl');
  const durations = table.at('stts').table(8);
  const offsets = table.find('ctts')?.table(8);
  const { sampleCount, sizeBytes } = readSizes(table.at('stsz').body);
  const { total, count, steadyUnits } = sumOf(durations);
  const durationUnits = total > 0 ? Math.min(declaredUnits, total) : declaredUnits;
  if (!table.find('stsc') || !(table.find('stco') ?? table.find('co64'))) throw new UnusualFile('a track without places of its samples');
  if (sampleCount === 0 || sampleCount !== count || timescale === 0) throw new UnusualFile('a track whose tables differ');
  const firstOffset = offsets && offsets.count > 0 ? offsets.entries.getInt32(4) : 0;
  const { emptyUnits, mediaTime, isCut } = readEdits(track, { movieTimescale, timescale, durationUnits, firstOffset });
  const shiftUnits = emptyUnits - mediaTime;
  return {
    ...{ timescale, durationUnits, sampleCount, sizeBytes, totalUnits: total, steadyUnits, shiftUnits, isCut },
    *samples(most) {
      const nextOffset = offsets ? runs(offsets, (at) => offsets.entries.getInt32(at)) : undefined;
      let [units, left] = [0, most];
      for (const duration of runs(durations, (at) => durations.entries.getUint32(at))) {
        if (left-- <= 0) return;
        const offset = nextOffset?.next().value ?? 0;
        yield { decodeSeconds: (units + shiftUnits) / timescale, presentSeconds: (units + offset + shiftUnits) / timescale };
        units += duration;
      }
    },
  };
}

function readHeader({ body, version }: Mp4Box) {
  const timescale = body.readUInt32BE(version === 1 ? 20 : 12);
  const declaredUnits = version === 1 ? exact(body.readBigUInt64BE(24)) : body.readUInt32BE(16);
  if (declaredUnits === 0xffffffff) throw new UnusualFile('no duration');
  return { timescale, declaredUnits };
}

/** Reads sizes that all samples share, or one for each. */
function readSizes(body: Buffer) {
  const [shared, sampleCount] = [body.readUInt32BE(4), body.readUInt32BE(8)];
  if (shared > 0) return { sampleCount, sizeBytes: exact(shared * sampleCount) };
  if (12 + 4 * sampleCount > body.length) throw new UnusualFile('a table is cut');
  const sizes = new DataView(body.buffer, body.byteOffset + 12, 4 * sampleCount);
  let sizeBytes = 0;
  for (let at = 0; at < sizes.byteLength; at += 4) sizeBytes += sizes.getUint32(at);
  return { sampleCount, sizeBytes };
}

type Table = ReturnType<Mp4Box['table']>;

function sumOf({ count: entryCount, entries }: Table) {
  let [total, count] = [0, 0];
  for (let at = 0; at < entries.byteLength; at += 8) {
    const samples = entries.getUint32(at);
    count += samples;
    total += samples * entries.getUint32(at + 4);
  }
  const isSteady = entryCount === 1 || (entryCount === 2 && entries.getUint32(8) === 1);
  return { total: exact(total), count, steadyUnits: isSteady ? entries.getUint32(4) : undefined };
}

function* runs({ entries }: Table, valueAt: (at: number) => number): Generator<number, undefined> {
  for (let at = 0; at < entries.byteLength; at += 8) {
    const value = valueAt(at + 4);
    for (let left = entries.getUint32(at); left > 0; left--) yield value;
  }
}

interface EditedMedia {
  readonly movieTimescale: number;
  readonly timescale: number;
  readonly durationUnits: number;
  readonly firstOffset: number;
}

/** None, one edit at normal speed, or an empty edit and one. @throws UnusualFile for other lists */
function readEdits(track: Mp4Box, media: EditedMedia) {
  const list = track.find('edts')?.find('elst');
  if (!list) return { emptyUnits: 0, mediaTime: 0, isCut: false };
  const edits = editsOf(list);
  const empty = edits[0]?.mediaTime === -1 ? edits.shift()! : undefined;
  const edit = edits[0];
  if (edits.length !== 1 || edit!.rate !== 0x10000 || edit!.mediaTime < 0) throw new UnusualFile('an edit list');
  const toUnits = (duration: number) => exact(duration * media.timescale) / media.movieTimescale;
  const tick = toUnits(1);
  const isCut = edit!.mediaTime !== media.firstOffset || toUnits(edit!.duration) + tick < media.durationUnits;
  return { emptyUnits: Math.round(toUnits(empty?.duration ?? 0)), mediaTime: edit!.mediaTime, isCut };
}

function editsOf(list: Mp4Box) {
  const wide = list.version === 1;
  const { count, entries } = list.table(wide ? 20 : 12);
  if (count > 4) throw new UnusualFile('an edit list');
  return Array.from({ length: count }, (_, index) => {
    const at = index * (wide ? 20 : 12);
    const duration = wide ? exact(entries.getBigUint64(at)) : entries.getUint32(at);
    const mediaTime = wide ? exact(entries.getBigInt64(at + 8)) : entries.getInt32(at + 4);
    return { duration, mediaTime, rate: entries.getInt32(at + (wide ? 16 : 8)) };
  });
}
