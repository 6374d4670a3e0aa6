/** Describes one track of a movie as ffprobe describes its stream. */
import type { ProbedStream } from '../ffprobe.ts';
import { exact, scaled, secondsOf } from './exact.ts';
import { h264Format } from './h264-format.ts';
import { hevcFormat } from './hevc-format.ts';
import type { Mp4Box } from './mp4-box.ts';
import { h264Set, hevcSet, type ParameterSet } from './mp4-sets.ts';
import { aacOf } from './mp4-sound.ts';
import type { TrackTiming } from './mp4-timing.ts';
import { type ColorFormat, colorNames, type PictureFormat, UnusualFile } from './picture-format.ts';

/** @throws UnusualFile for what has to be asked of ffprobe; RangeError for bytes that are missing */
export function streamOf(track: Mp4Box, timing: TrackTiming, index: number): ProbedStream {
  const handler = track.at('mdia', 'hdlr').body.toString('latin1', 8, 12);
  const { timescale, durationUnits, sizeBytes, sampleCount } = timing;
  const bitRate = durationUnits > 0 ? scaled(BigInt(sizeBytes) * 8n, timescale, durationUnits) : undefined;
  return {
    ...{ index, nb_frames: sampleCount, ...headerOf(track), tags: languageOf(track) },
    ...{ bit_rate: bitRate, duration: secondsOf(durationUnits, timescale) },
    ...described(handler, track, timing),
  } as ProbedStream;
}

function described(handler: string, track: Mp4Box, timing: TrackTiming): Partial<ProbedStream> {
  const entry = sampleEntryOf(track);
  if (handler === 'vide') return videoOf(track, entry, timing);
  if (handler === 'soun') return { codec_type: 'audio', ...aacOf(entry), r_frame_rate: '0/0', avg_frame_rate: '0/0' };
  if (handler === 'sbtl' && entry.type === 'tx3g' && !track.find('udta')) return { codec_type: 'subtitle', codec_name: 'mov_text' };
  if (dataEntries.includes(entry.type)) return { codec_type: 'data', codec_name: 'unknown' };
  throw new UnusualFile(`a track ${handler} of ${entry.type}`);
}

/** Time codes, and what phones and action cameras record beside the picture: positions, motion, exposure. */
const dataEntries = ['tmcd', 'mebx', 'gpmd'];

/** The only one: samples of two kinds in a track are rare. */
function sampleEntryOf(track: Mp4Box): Mp4Box {
  const [entry, ...others] = track.at('mdia', 'minf', 'stbl', 'stsd').children(8);
  if (!entry || others.length > 0) throw new UnusualFile('several sample entries');
  return entry;
}

const isEnabled = 1;

/** Whether the track is chosen by default, and its rotation. */
function headerOf(track: Mp4Box): Pick<ProbedStream, 'disposition' | 'side_data_list'> {
  const header = track.at('tkhd');
  const matrix = matrixOf(header);
  return {
    disposition: { default: header.body.readUInt8(3) & isEnabled },
    side_data_list: matrix.isIdentity ? [] : [{ side_data_type: 'Display Matrix', rotation: matrix.rotationDegrees }],
  };
}

/** @throws UnusualFile for one that stretches or mirrors the picture */
function matrixOf({ body, version }: Mp4Box) {
  const at = version === 1 ? 52 : 40;
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => body.readInt32BE(at + offset) / 65_536) as [number, number, number, number];
  const isTurned = Math.abs(a) + Math.abs(b) === 1 && a === d && b === -c;
  if (!isTurned) throw new UnusualFile('a matrix that does more than turn');
  return { isIdentity: a === 1, rotationDegrees: -Math.round((Math.atan2(b, a) * 180) / Math.PI) };
}

/** Three letters of five bits. @throws UnusualFile for a number of the Macintosh, apart from English */
function languageOf(track: Mp4Box): { readonly language?: string } {
  const { body, version } = track.at('mdia', 'mdhd');
  const code = body.readUInt16BE(version === 1 ? 32 : 20);
  if (code === 0x7fff) return {};
  if (code === 0) return { language: 'eng' };
  if (code < 0x400) throw new UnusualFile('a language of the Macintosh');
  return { language: [10, 5, 0].map((shift) => String.fromCharCode(0x60 + ((code >> shift) & 31))).join('') };
}

/** `avc3` and `hev1` carry parameter sets in their samples: the header alone does not tell the size of their pictures (ISO/IEC 14496-15). */
const codecs: Readonly<Record<string, 'h264' | 'hevc' | undefined>> = { avc1: 'h264', hvc1: 'hevc' };

function videoOf(track: Mp4Box, entry: Mp4Box, timing: TrackTiming): Partial<ProbedStream> {
  const codec_name = codecs[entry.type];
  if (codec_name === undefined || timing.isCut) throw new UnusualFile(`a picture of ${entry.type}`);
  const { bytes } = setOf(entry);
  const format = codec_name === 'h264' ? h264Format(bytes, containerColor(entry)) : hevcFormat(bytes);
  requireSize(track, entry, format);
  const { steadyUnits, timescale, sampleCount, totalUnits } = timing;
  return {
    ...{ codec_type: 'video', codec_name, ...format, ...pixelAspectOf(entry), start_time: firstTimeOf(timing) },
    r_frame_rate: steadyUnits === undefined ? undefined : fraction(timescale, steadyUnits),
    avg_frame_rate: fraction(exact(timescale * sampleCount), totalUnits),
  };
}

const videoHeaderBytes = 78;
const boxOf = (entry: Mp4Box, type: string): Mp4Box => {
  const box = entry.find(type, videoHeaderBytes);
  if (!box) throw new UnusualFile(`no box ${type}`);
  return box;
};

/** Nothing is stretched but by `pasp`, and the bits have the size that the container says. */
function requireSize(track: Mp4Box, entry: Mp4Box, { width, height }: PictureFormat): void {
  const [containerWidth, containerHeight] = [entry.body.readUInt16BE(24), entry.body.readUInt16BE(26)];
  const shown = track.at('tkhd').body.subarray(-8);
  const isStretched = shown.readUInt32BE(0) >>> 16 !== containerWidth || shown.readUInt32BE(4) >>> 16 !== containerHeight;
  const isAspectKnown = entry.find('pasp', videoHeaderBytes) !== undefined;
  if (width !== containerWidth || height !== containerHeight || (isStretched && !isAspectKnown)) throw new UnusualFile('two sizes');
  if (entry.find('clap', videoHeaderBytes)) throw new UnusualFile('a clean aperture');
  const fields = entry.find('fiel', videoHeaderBytes)?.body.readUInt8(0) ?? 1;
  if (fields !== 1) throw new UnusualFile('fields');
}

/** Overrules the aspect of the bits. */
function pixelAspectOf(entry: Mp4Box): Pick<ProbedStream, 'sample_aspect_ratio'> {
  const box = entry.find('pasp', videoHeaderBytes);
  if (!box) return {};
  const [across, down] = [box.body.readUInt32BE(0), box.body.readUInt32BE(4)];
  if (across === 0 || down === 0 || Math.max(across, down) > 32_767) throw new UnusualFile('a pixel aspect');
  return { sample_aspect_ratio: fraction(across, down).replace('/', ':') };
}

/** The parameter set of a track of pictures; undefined for other tracks. @throws UnusualFile as {@link streamOf} */
export function parameterSetOf(track: Mp4Box): ParameterSet | undefined {
  const entry = sampleEntryOf(track);
  return codecs[entry.type] && setOf(entry);
}

const setOf = (entry: Mp4Box): ParameterSet =>
  codecs[entry.type] === 'hevc' ? hevcSet(boxOf(entry, 'hvcC').body) : h264Set(boxOf(entry, 'avcC').body);

function containerColor(entry: Mp4Box): ColorFormat {
  const body = entry.find('colr', videoHeaderBytes)?.body;
  const kind = body?.toString('latin1', 0, 4);
  if (!body || (kind !== 'nclx' && kind !== 'nclc')) return noColor;
  const names = colorNames(body.readUInt16BE(4), body.readUInt16BE(6), body.readUInt16BE(8));
  return { ...noColor, ...names, ...(kind === 'nclx' && { color_range: body.readUInt8(10) >> 7 ? 'pc' : 'tv' }) };
}

const noColor: ColorFormat = { color_range: undefined, color_primaries: undefined, color_transfer: undefined, color_space: undefined };

const firstTimeOf = (timing: TrackTiming): number => microseconds([...timing.samples(1)][0]!.presentSeconds);

/** The precision of ffprobe. */
const microseconds = (seconds: number): number => Math.round(1e6 * seconds) / 1e6;

/** In lowest terms. */
function fraction(numerator: number, denominator: number): string {
  let [a, b] = [numerator, denominator];
  while (b > 0) [a, b] = [b, a % b];
  return `${numerator / a}/${denominator / a}`;
}
