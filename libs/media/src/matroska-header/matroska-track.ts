/** Describes one track of a Matroska file as ffprobe describes its stream. @see RFC 9559 §5.1.4 */
import type { ProbedStream } from '../ffprobe.ts';
import { h264Format } from '../movie-header/h264-format.ts';
import { hevcFormat } from '../movie-header/hevc-format.ts';
import { h264Set, hevcSet, type ParameterSet } from '../movie-header/mp4-sets.ts';
import { type ColorFormat, colorNames, type PictureFormat, UnusualFile } from '../movie-header/picture-format.ts';
import { av1Format, sequenceHeadersOf } from './av1-format.ts';
import type { EbmlMaster } from './ebml.ts';
import { nearestFraction } from './nearest-fraction.ts';
import { vp8Format, vp9Format } from './picture-headers.ts';
import { soundFormat } from './sound-formats.ts';

const id = {
  ...{
    number: 0xd7,
    uid: 0x73c5,
    type: 0x83,
    isDefault: 0x88,
    isForHearingImpaired: 0x55ab,
    language: 0x22b59c,
    name: 0x536e,
    codec: 0x86,
  },
  ...{ codecPrivate: 0x63a2, defaultDuration: 0x23e383, video: 0xe0, audio: 0xe1, outputRate: 0x78b5, rate: 0xb5, channels: 0x9f },
  ...{ width: 0xb0, height: 0xba, shownWidth: 0x54b0, shownHeight: 0x54ba, shownUnit: 0x54b2, color: 0x55b0, projection: 0x7670 },
  ...{ isInterlaced: 0x9a, stereo: 0x53b8, alpha: 0x53c0, crops: [0x54aa, 0x54bb, 0x54cc, 0x54dd] },
  ...{ matrix: 0x55b1, range: 0x55b9, transfer: 0x55ba, primaries: 0x55bb },
};
/** Language in another code, times of another unit, compressed frames, delays, tracks made of tracks. */
const unusual = [0x22b59d, 0x23314f, 0x6d80, 0x537f, 0xe2];
const codecDelay = 0x56aa;

export interface MatroskaTrack {
  readonly number: number;
  readonly type: 'video' | 'audio' | 'subtitle';
  readonly entry: EbmlMaster;
  readonly codecId: string;
  readonly header: Buffer;
}

const types: Readonly<Record<number, MatroskaTrack['type'] | undefined>> = { 1: 'video', 2: 'audio', 17: 'subtitle' };

/** @throws UnusualFile for what has to be asked of ffprobe */
export function trackOf(entry: EbmlMaster): MatroskaTrack {
  const [number, type] = [entry.unsigned(id.number), types[entry.unsigned(id.type) ?? 0]];
  if (!number || !type || unusual.some((each) => entry.bytes(each))) throw new UnusualFile('a rare track');
  if (type !== 'audio' && entry.unsigned(codecDelay)) throw new UnusualFile('a delayed track');
  return { number, type, entry, codecId: entry.text(id.codec) ?? '', header: entry.bytes(id.codecPrivate) ?? Buffer.alloc(0) };
}

/** @param frame first bytes of the first frame, of pictures only; undefined where there is none @throws UnusualFile, RangeError as `readMatroska` catches */
export function streamOf(track: MatroskaTrack, index: number, frame: Buffer | undefined, startSeconds: number | undefined): ProbedStream {
  return { index, ...commonOf(track), ...describe(track, frame, startSeconds) } as ProbedStream;
}

function commonOf({ entry, type }: MatroskaTrack) {
  const language = entry.text(id.language) ?? 'eng';
  const title = entry.text(id.name);
  return {
    codec_type: type,
    side_data_list: [],
    disposition: { default: entry.unsigned(id.isDefault) ?? 1, hearing_impaired: entry.unsigned(id.isForHearingImpaired) ?? 0 },
    tags: { ...(language !== 'und' && { language }), ...(title && { title }) },
  };
}

function describe(track: MatroskaTrack, frame: Buffer | undefined, startSeconds: number | undefined): Partial<ProbedStream> {
  const { codecId, header } = track;
  if (track.type === 'subtitle') return { codec_name: subtitleOf(codecId) };
  if (track.type === 'audio') return { ...soundOf(track), r_frame_rate: '0/0', avg_frame_rate: '0/0' };
  const video = track.entry.master(id.video);
  if (!video || !frame || startSeconds === undefined) throw new UnusualFile('a track without pictures');
  requirePlain(video);
  const format = pictureFormat(codecId, header, frame, containerColor(video));
  if (format.width !== video.unsigned(id.width) || format.height !== video.unsigned(id.height)) throw new UnusualFile('two sizes');
  const rate = rateOf(track.entry);
  return {
    codec_name: pictureCodecs[codecId]!,
    ...format,
    ...pixelAspectOf(video),
    start_time: startSeconds,
    r_frame_rate: rate,
    avg_frame_rate: rate,
  };
}

const subtitleCodecs: Readonly<Record<string, string | undefined>> = {
  ...{ 'S_TEXT/UTF8': 'subrip', 'S_TEXT/ASS': 'ass', S_ASS: 'ass', 'D_WEBVTT/SUBTITLES': 'webvtt', 'D_WEBVTT/CAPTIONS': 'webvtt' },
  ...{ 'S_HDMV/PGS': 'hdmv_pgs_subtitle' },
};

function subtitleOf(codecId: string): string {
  const name = subtitleCodecs[codecId];
  if (!name) throw new UnusualFile(`subtitles of ${codecId}`);
  return name;
}

function soundOf({ entry, codecId, header }: MatroskaTrack) {
  const audio = entry.master(id.audio);
  const sound = soundFormat(codecId, header);
  if (!audio || audio.bytes(id.outputRate) || audio.unsigned(id.channels) !== sound.channels || audio.float(id.rate) !== sound.sample_rate)
    throw new UnusualFile('a header of other sound');
  return sound;
}

const pictureCodecs: Readonly<Record<string, string | undefined>> = {
  ...{ 'V_MPEG4/ISO/AVC': 'h264', 'V_MPEGH/ISO/HEVC': 'hevc', V_VP8: 'vp8', V_VP9: 'vp9', V_AV1: 'av1' },
};

function pictureFormat(codecId: string, header: Buffer, frame: Buffer, color: ColorFormat): PictureFormat {
  if (codecId === 'V_MPEG4/ISO/AVC') return h264Format(h264Set(header).bytes, color);
  if (codecId === 'V_MPEGH/ISO/HEVC') return hevcFormat(hevcSet(header).bytes);
  if (codecId === 'V_VP8') return vp8Format(frame, color);
  if (codecId === 'V_VP9') return vp9Format(frame, color);
  if (codecId === 'V_AV1') return av1FormatOf(header, frame);
  throw new UnusualFile(`a picture of ${codecId}`);
}

/** The parameter set that the first frame must not change; undefined for codecs without. */
export function parameterSetOf({ codecId, header }: MatroskaTrack): ParameterSet | undefined {
  return codecId === 'V_MPEG4/ISO/AVC' ? h264Set(header) : codecId === 'V_MPEGH/ISO/HEVC' ? hevcSet(header) : undefined;
}

/**
 * @see AV1 Codec ISO Media File Format Binding §2.3.3: four bytes, then OBUs
 * @throws UnusualFile where the first frame says something else
 */
function av1FormatOf(header: Buffer, frame: Buffer): PictureFormat {
  const [format, ...others] = [...sequenceHeadersOf(header.subarray(4)), ...sequenceHeadersOf(frame)].map(av1Format);
  if (!format || others.some((other) => JSON.stringify(other) !== JSON.stringify(format))) throw new UnusualFile('two sequence headers');
  return format;
}

/** Neither fields, two pictures in one, transparency, margins nor spheres. */
function requirePlain(video: EbmlMaster): void {
  const hasProjection = video.master(id.projection) !== undefined;
  const marks = [id.stereo, id.alpha, ...id.crops].some((each) => video.unsigned(each));
  if (hasProjection || marks || video.unsigned(id.isInterlaced) === 1) throw new UnusualFile('a rare picture');
}

const unspecified = 2;
const ranges: Readonly<Record<number, string | undefined>> = { 1: 'tv', 2: 'pc' };

/** What it does not say is unspecified. */
function containerColor(video: EbmlMaster): ColorFormat {
  const color = video.master(id.color);
  const value = (of: number) => color?.unsigned(of) ?? unspecified;
  return { color_range: ranges[color?.unsigned(id.range) ?? 0], ...colorNames(value(id.primaries), value(id.transfer), value(id.matrix)) };
}

/** Shown size by coded size. */
function pixelAspectOf(video: EbmlMaster): Pick<ProbedStream, 'sample_aspect_ratio'> | undefined {
  const [width, height] = [video.unsigned(id.width)!, video.unsigned(id.height)!];
  const [shownWidth, shownHeight, unit] = [
    video.unsigned(id.shownWidth),
    video.unsigned(id.shownHeight),
    video.unsigned(id.shownUnit) ?? 0,
  ];
  if ((shownWidth === undefined) !== (shownHeight === undefined) || unit > 3 || (unit > 0 && !shownWidth))
    throw new UnusualFile('a rare size');
  const [across, down] = [height * (shownWidth ?? width), width * (shownHeight ?? height)];
  if (!Number.isSafeInteger(across * down) || across * down === 0) throw new UnusualFile('a rare size');
  return { sample_aspect_ratio: nearestFraction(across, down, 255).replace('/', ':') };
}

const second = 1e9;

/** @throws UnusualFile where the track does not say how long a frame lasts, or it is longer than a second or shorter than 5 ms: ffprobe counts frames then */
function rateOf(entry: EbmlMaster): string {
  const nanoseconds = entry.unsigned(id.defaultDuration) ?? 0;
  if (nanoseconds <= 5e6 || nanoseconds >= second) throw new UnusualFile('no rate');
  return nearestFraction(second, nanoseconds, 30_000);
}
