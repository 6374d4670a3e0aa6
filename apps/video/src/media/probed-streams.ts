/** Normalises the streams of ffprobe. */
import { audioCodecs, type Fraction, type ProbedStream, pictureCodecs, videoCodecs } from '#media';
import { decimal, type FrameRate, frameRateOf, parseFraction } from './frame-rate.ts';
import type { AudioStream, ColorDescription, StreamSummary, SubtitleStream, VideoStream } from './video-info.ts';

const readableVideo: ReadonlySet<string> = new Set(videoCodecs);
const readableAudio: ReadonlySet<string> = new Set(audioCodecs);
const stillPictures: ReadonlySet<string> = new Set(pictureCodecs);

const isVideo = ({ codec_type }: ProbedStream) => codec_type === 'video';

/** A cover, a timed thumbnail or a still picture in the place of a video. Motion JPEG has more than one frame and a rate. */
export const isAttachedPicture = (stream: ProbedStream): boolean =>
  isVideo(stream) &&
  (stream.disposition.attached_pic === 1 ||
    stream.disposition.timed_thumbnails === 1 ||
    (stillPictures.has(stream.codec_name) && !(stream.codec_name === 'mjpeg' && (stream.nb_frames ?? 0) > 1)));

export const isMovingPicture = (stream: ProbedStream): boolean => isVideo(stream) && !isAttachedPicture(stream);

export const isReadableVideo = (stream: ProbedStream): boolean =>
  (readableVideo.has(stream.codec_name) || stream.codec_name === 'mjpeg') && (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0;

/** @param frameTimes presentation times of its first frames, in seconds */
export function videoStreamOf(stream: ProbedStream, frameTimes: readonly number[]): VideoStream {
  const size = { widthPx: stream.width!, heightPx: stream.height! };
  const rotationDegrees = rotationOf(stream);
  const sampleAspectRatio = pixelAspect(stream);
  const rates = { base: parseFraction(stream.r_frame_rate), average: parseFraction(stream.avg_frame_rate) };
  const found: FrameRate | null = frameRateOf(rates, frameTimes);
  const color = colorOf(stream);
  return {
    index: stream.index ?? 0,
    codec: stream.codec_name,
    profile: stream.profile ?? null,
    pixelFormat: stream.pix_fmt ?? null,
    ...size,
    sampleAspectRatio,
    ...displaySize(size, decimal(sampleAspectRatio), rotationDegrees),
    rotationDegrees,
    frameRate: found?.rate ?? null,
    isVariableFrameRate: found?.isVariable ?? false,
    bitDepth: bitDepthOf(stream),
    color,
    isHdr: color.transfer === 'smpte2084' || color.transfer === 'arib-std-b67',
    isInterlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    durationSeconds: positive(stream.duration),
    startSeconds: stream.start_time ?? 0,
  };
}

/** Square pixels: the wider side of an anamorphic picture is stretched, so that no line is lost. */
export function displaySize(coded: { widthPx: number; heightPx: number }, pixelAspect: number, rotationDegrees: number) {
  const widthPx = pixelAspect >= 1 ? Math.round(coded.widthPx * pixelAspect) : coded.widthPx;
  const heightPx = pixelAspect >= 1 ? coded.heightPx : Math.round(coded.heightPx / pixelAspect);
  const isRotatedSideways = rotationDegrees === 90 || rotationDegrees === 270;
  return { displayWidthPx: isRotatedSideways ? heightPx : widthPx, displayHeightPx: isRotatedSideways ? widthPx : heightPx };
}

/** Ratios beyond 10:1 are errors in the file. */
function pixelAspect({ sample_aspect_ratio }: ProbedStream): Fraction {
  const declared = parseFraction(sample_aspect_ratio);
  return declared && decimal(declared) > 0.1 && decimal(declared) < 10 ? declared : { numerator: 1, denominator: 1 };
}

/** ffprobe gives the display matrix counter-clockwise; old files have a tag, clockwise. */
function rotationOf({ side_data_list, tags }: ProbedStream): number {
  const fromMatrix = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = fromMatrix === undefined ? Number(tags.rotate ?? 0) : -fromMatrix;
  return Number.isFinite(clockwise) ? ((Math.round(clockwise) % 360) + 360) % 360 : 0;
}

/** From the name of the pixel format, which says more than the container: `yuv420p10le`, `p010le`, `gbrp12be`. */
function bitDepthOf({ pix_fmt = '', bits_per_raw_sample }: ProbedStream): number {
  const named = /(?:p|gray|gbrp|y2|p0)(\d{1,2})(?:le|be)$/.exec(pix_fmt)?.[1];
  return Number(named ?? bits_per_raw_sample ?? 8) || 8;
}

function colorOf(stream: ProbedStream): ColorDescription {
  const said = (value: string | undefined) => (value === undefined || value === 'unknown' || value === 'reserved' ? null : value);
  const range = ({ tv: 'limited', pc: 'full' } as const)[stream.color_range ?? ''] ?? null;
  return { primaries: said(stream.color_primaries), transfer: said(stream.color_transfer), matrix: said(stream.color_space), range };
}

export const audioStreamOf = (stream: ProbedStream): AudioStream => {
  const { index = 0, codec_name: codec, channels = 0, channel_layout, sample_rate: sampleRateHz = 0, disposition } = stream;
  const usual = channels === 1 ? 'mono' : channels === 2 ? 'stereo' : null;
  const layout = channel_layout && channel_layout !== 'unknown' ? channel_layout : usual;
  const isReadable = readableAudio.has(codec) && channels >= 1 && channels <= 16 && sampleRateHz >= 4_000 && sampleRateHz <= 768_000;
  return { index, codec, channels, layout, sampleRateHz, language: languageOf(stream), isDefault: disposition.default === 1, isReadable };
};

export const subtitleStreamOf = (stream: ProbedStream): SubtitleStream => ({
  ...{ index: stream.index ?? 0, codec: stream.codec_name, language: languageOf(stream) },
  title:
    stream.tags.title
      ?.replace(/\p{Cc}+/gu, ' ')
      .normalize('NFC')
      .trim()
      .slice(0, 200)
      .toWellFormed() || null,
  isDefault: stream.disposition.default === 1,
  isForHearingImpaired: stream.disposition.hearing_impaired === 1 || stream.disposition.captions === 1,
});

export function streamSummaryOf(stream: ProbedStream): StreamSummary {
  const bitRate = positive(stream.bit_rate);
  return {
    index: stream.index ?? 0,
    type: isAttachedPicture(stream) ? 'picture' : (streamTypes.find((type) => type === stream.codec_type) ?? 'data'),
    codec: stream.codec_name === 'unknown' ? null : stream.codec_name,
    language: languageOf(stream),
    channels: positive(stream.channels),
    sampleRateHz: positive(stream.sample_rate),
    bitRateKbps: bitRate === null ? null : bitRate / 1_000,
  };
}

const streamTypes = ['video', 'audio', 'subtitle'] as const;

/** BCP 47 or ISO 639-2; `und` is unknown. */
function languageOf({ tags }: ProbedStream): string | null {
  const language = tags.language ?? '';
  return /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(language) && language !== 'und' ? language : null;
}

export const positive = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
