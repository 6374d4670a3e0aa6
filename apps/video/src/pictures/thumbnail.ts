/** One picture of a video at any time. */
import { captureFfmpeg, filterChain } from '#media';
import { undecodable } from '../media/video-failures.ts';
import { jpegTarget, type PictureSize, pictureFilters, sizeForWidth, webpTarget } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureOptions, pictureRun, sharedTime } from './picture-run.ts';

export const pictureFormats = ['jpeg', 'webp'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface ThumbnailRequest {
  /** From 0; beyond the end it is the last picture. */
  readonly timeSeconds: number;
  /** Above 0; a width beyond that of the source gives the size of the source. */
  readonly widthPx: number;
  readonly format: PictureFormat;
}

export interface Thumbnail extends PictureSize {
  readonly bytes: Buffer;
  readonly contentType: `image/${PictureFormat}`;
}

const encoders = {
  jpeg: { target: jpegTarget, args: ['-c:v', 'mjpeg', '-q:v', '3'] },
  webp: { target: webpTarget, args: ['-c:v', 'libwebp', '-quality', '82'] },
} as const;

const pictureLimitBytes = 32 << 20;

/**
 * @param path absolute path of the file that `info` describes
 * @throws RangeError when a number is out of its range; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function makeThumbnail(path: string, info: VideoInfo, request: ThumbnailRequest, options: PictureOptions): Promise<Thumbnail> {
  const { timeSeconds, widthPx, format } = request;
  if (!(timeSeconds >= 0 && Number.isFinite(timeSeconds))) throw new RangeError(`not a time: ${timeSeconds}`);
  if (!(widthPx >= 1 && Number.isFinite(widthPx))) throw new RangeError(`not a width: ${widthPx}`);
  const size = sizeForWidth(info.video, widthPx);
  const timed = sharedTime(options);
  for (const seekSeconds of seekTimes(info, timeSeconds)) {
    const bytes = await pictureAt(path, info, { size, format, seekSeconds }, timed());
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
}

async function pictureAt(
  path: string,
  info: VideoInfo,
  { size, format, seekSeconds }: PicturePlan,
  options: PictureOptions,
): Promise<Buffer> {
  const { target, args } = encoders[format];
  const graph = filterChain(...pictureFilters(info.video, size, target));
  const outputs = ['-vf', graph, '-frames:v', '1', ...args, '-f', 'image2pipe', 'pipe:1'];
  const inputOptions = seekSeconds > 0 ? ['-ss', seekSeconds.toFixed(3)] : [];
  return (await captureFfmpeg(pictureRun(path, info, options, { inputOptions, outputs }), pictureLimitBytes)).bytes;
}
