/** Animated previews: a few moments of a video as one small animated WebP. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureFfmpeg, encodeFfmpeg, filter, filterChain } from '#media';
import { undecodable } from '../media/video-failures.ts';
import { type PictureSize, pictureFilters, sizeForWidth, webpTarget } from '../media/video-filters.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { type PictureOptions, pictureRun, sharedTime } from './picture-run.ts';

export interface PreviewWindow {
  readonly startSeconds: number;
  readonly seconds: number;
}

export interface PreviewRequest {
  /** In order of time, at least one. */
  readonly windows: readonly PreviewWindow[];
  /** Existing folder for intermediate files. */
  readonly folder: string;
  /** Default {@link previewMaxBytes}. */
  readonly maxBytes?: number;
}

export const previewWidthPx = 480;
/** A portrait preview is no higher. */
const previewHeightPx = 480;
export const previewMaxBytes = 1_000_000;
const framesPerSecond = 8;
const mostWindows = 4;
const windowSeconds = 1.25;

/**
 * Which stretches are shown: the middle of each of the best moments, or of equal parts of a video without any; a short video whole.
 *
 * @param moments best first
 */
export function previewWindows(
  durationSeconds: number,
  moments: readonly { readonly startSeconds: number; readonly endSeconds: number }[],
): PreviewWindow[] {
  const whole = mostWindows * windowSeconds;
  if (durationSeconds <= whole) return [{ startSeconds: 0, seconds: durationSeconds }];
  const part = durationSeconds / mostWindows;
  const parts = Array.from({ length: mostWindows }, (_, at) => ({ startSeconds: at * part, endSeconds: (at + 1) * part }));
  const shown = moments.length > 0 ? moments.slice(0, mostWindows) : parts;
  return shown
    .map(({ startSeconds, endSeconds }) => ({
      startSeconds: Math.max(0, (startSeconds + endSeconds - windowSeconds) / 2),
      seconds: windowSeconds,
    }))
    .sort((a, b) => a.startSeconds - b.startSeconds);
}

/** Quality of the encoder and width in relation to the first one; the next is tried when the file is too large. */
const attempts = [
  { quality: 70, scale: 1 },
  { quality: 45, scale: 1 },
  { quality: 30, scale: 2 / 3 },
  { quality: 20, scale: 1 / 2 },
  { quality: 5, scale: 1 / 4 },
] as const;

/**
 * @param path absolute path of the file that `info` describes
 * @returns animated WebP, which repeats without end
 * @throws ToolFailure `media-undecodable`, also when it does not become small enough; `cancelled`, `deadline-exceeded`
 */
export async function makePreview(path: string, info: VideoInfo, request: PreviewRequest, options: PictureOptions): Promise<Buffer> {
  const { windows, folder, maxBytes = previewMaxBytes } = request;
  const size = previewSize(info);
  const timed = sharedTime(options);
  const frames: Buffer[] = [];
  for (const window of windows) frames.push(await framesOf(path, info, window, size, timed()));
  if (frames.every(({ length }) => length === 0)) throw undecodable('No picture of the video can be decoded.');
  const source = join(folder, 'frames.yuv');
  await writeFile(source, Buffer.concat(frames));
  for (const attempt of attempts) {
    const bytes = await encode(source, size, attempt, folder, timed());
    if (bytes.length <= maxBytes) return bytes;
  }
  throw undecodable('The preview does not become small enough.');
}

/** @returns frames of {@link previewSize} in 4:2:0, one behind the other; none where the window lies behind the end */
async function framesOf(
  path: string,
  info: VideoInfo,
  { startSeconds, seconds }: PreviewWindow,
  size: PictureSize,
  options: PictureOptions,
): Promise<Buffer> {
  const count = Math.max(1, Math.round(seconds * framesPerSecond));
  const graph = filterChain(
    filter('fps', { fps: framesPerSecond, start_time: 0, round: ':up' }),
    ...pictureFilters(info.video, size, webpTarget),
  );
  const outputs = ['-vf', graph, '-frames:v', String(count), '-f', 'rawvideo', 'pipe:1'];
  const inputOptions = ['-t', (seconds + 1 / framesPerSecond).toFixed(3), ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(3)] : [])];
  const frameBytes = (size.widthPx * size.heightPx * 3) / 2;
  return (await captureFfmpeg(pictureRun(path, info, options, { inputOptions, outputs }), count * frameBytes)).bytes;
}

async function encode(
  source: string,
  { widthPx, heightPx }: PictureSize,
  { quality, scale }: (typeof attempts)[number],
  folder: string,
  { tools, timeoutMs = 60_000, signal }: PictureOptions,
): Promise<Buffer> {
  const scaled = scale === 1 ? [] : ['-vf', filter('scale', { w: evenly(widthPx * scale), h: evenly(heightPx * scale) })];
  await encodeFfmpeg({
    ...{ ffmpegPath: tools.ffmpegPath, path: source, folder, input: { demuxers: ['rawvideo'] } },
    inputOptions: ['-pixel_format', 'yuv420p', '-video_size', `${widthPx}x${heightPx}`, '-framerate', String(framesPerSecond)],
    outputs: [...scaled, '-c:v', 'libwebp_anim', '-quality', String(quality), '-loop', '0', '-f', 'webp', 'preview.webp'],
    wallClockMs: timeoutMs,
    cpuSeconds: Math.ceil(timeoutMs / 1_000),
    ...(signal && { signal }),
  });
  return readFile(join(folder, 'preview.webp'));
}

const evenly = (px: number) => Math.max(2, 2 * Math.floor(px / 2));

function previewSize({ video }: VideoInfo): PictureSize {
  const size = sizeForWidth(video, previewWidthPx);
  return size.heightPx <= previewHeightPx ? size : sizeForWidth(video, Math.floor((previewHeightPx / size.heightPx) * size.widthPx));
}
