/** One picture of a video at any time. */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { captureFfmpeg, encodeFfmpeg, type FfmpegRun, filterChain } from '#media';
import { undecodable } from '../media/video-failures.ts';
import { jpegTarget, type PictureSize, pictureFilters, sizeForWidth, webpTarget, webVideoTarget } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureOptions, pictureRun, sharedTime } from './picture-run.ts';

export const pictureFormats = ['jpeg', 'webp', 'avif'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface ThumbnailRequest {
  /** From 0; beyond the end it is the last picture. */
  readonly timeSeconds: number;
  /** Above 0; a width beyond that of the source gives the size of the source. */
  readonly widthPx: number;
  readonly format: PictureFormat;
}

export interface ThumbnailOptions extends PictureOptions {
  /** Existing folder for the file of an AVIF, which is not written to a pipe. */
  readonly folder: string;
}

export interface Thumbnail extends PictureSize {
  readonly bytes: Buffer;
  readonly contentType: `image/${PictureFormat}`;
}

const encoders = {
  jpeg: { target: jpegTarget, args: ['-c:v', 'mjpeg', '-q:v', '3'] },
  webp: { target: webpTarget, args: ['-c:v', 'libwebp', '-quality', '82'] },
  avif: {
    target: webVideoTarget,
    args: [
      ...['-c:v', 'libaom-av1', '-still-picture', '1', '-crf', '27', '-cpu-used', '8'],
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ],
  },
} as const;

const pictureLimitBytes = 32 << 20;

/**
 * @param path absolute path of the file that `info` describes
 * @throws RangeError when a number is out of its range; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function makeThumbnail(
  path: string,
  info: VideoInfo,
  request: ThumbnailRequest,
  options: ThumbnailOptions,
): Promise<Thumbnail> {
  const { timeSeconds, widthPx, format } = request;
  if (!(timeSeconds >= 0 && Number.isFinite(timeSeconds))) throw new RangeError(`not a time: ${timeSeconds}`);
  if (!(widthPx >= 1 && Number.isFinite(widthPx))) throw new RangeError(`not a width: ${widthPx}`);
  const size = sizeForWidth(info.video, widthPx);
  const timed = sharedTime(options);
  const { folder } = options;
  for (const seekSeconds of seekTimes(info, timeSeconds)) {
    const bytes = await pictureAt(path, info, { size, format, seekSeconds, folder }, timed());
    if (bytes.length > 0) return { ...size, bytes, contentType: `image/${format}` };
  }
  throw undecodable('No picture of the video can be decoded at this time.');
}

/** A container may declare more than it holds, so the second and third try lie earlier. */
function seekTimes({ durationSeconds }: VideoInfo, timeSeconds: number): number[] {
  const last = durationSeconds === null ? timeSeconds : Math.max(0, durationSeconds - 0.1);
  const wanted = Math.min(timeSeconds, last);
  return [...new Set([wanted, Math.max(0, wanted - 1), 0])];
}

interface PicturePlan {
  readonly size: PictureSize;
  readonly format: PictureFormat;
  readonly seekSeconds: number;
  readonly folder: string;
}

async function pictureAt(
  path: string,
  info: VideoInfo,
  { size, format, seekSeconds, folder }: PicturePlan,
  options: PictureOptions,
): Promise<Buffer> {
  const { target, args } = encoders[format];
  const graph = filterChain(...pictureFilters(info.video, size, target));
  const inputOptions = seekSeconds > 0 ? ['-ss', seekSeconds.toFixed(3)] : [];
  const command = (...muxer: string[]) => ({ inputOptions, outputs: ['-vf', graph, '-frames:v', '1', ...args, '-f', ...muxer] });
  if (format === 'avif') return avifAt(pictureRun(path, info, options, { ...command('avif', avifName), folder }), folder);
  return (await captureFfmpeg(pictureRun(path, info, options, command('image2pipe', 'pipe:1')), pictureLimitBytes)).bytes;
}

const avifName = 'picture.avif';

/** @returns nothing when no picture was decoded: ffmpeg leaves no file then, or an empty one */
async function avifAt(run: FfmpegRun, folder: string): Promise<Buffer> {
  const path = join(folder, avifName);
  await rm(path, { force: true });
  await encodeFfmpeg({ ...run, fileSizeBytes: pictureLimitBytes });
  const bytes = existsSync(path) ? await readFile(path) : Buffer.alloc(0);
  return bytes.includes('av1C', 0, 'latin1') ? bytes : Buffer.alloc(0);
}
