/** Draws the waveform of a sound file beside its cover, as a square video. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Container,
  captureFfmpeg,
  demuxerOf,
  encodeFfmpeg,
  type FfmpegRun,
  type FfmpegTools,
  filter,
  filterChain,
  recognizeContainer,
  withFile,
} from '#media';
import { isLate, isUndecodable } from '../media/video-failures.ts';
import { withoutMetadata } from '../renditions/encode-arguments.ts';

export interface AudiogramRequest {
  /** Absolute path of the cover; null: none. */
  readonly coverPath: string | null;
  readonly durationSeconds: number;
  /** Existing folder for the result and intermediate files. */
  readonly folder: string;
  /** Name of the result in it. */
  readonly name: string;
}

export interface AudiogramOptions {
  readonly tools: FfmpegTools;
  /** In [1, 16]. */
  readonly threads: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Receives the share that is encoded, in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

export const audiogramMaxBytes = 4 * 2 ** 30;
export const audiogramSidePx = 1_080;
const coverPx = 640;
const coverTopPx = 110;
const wave = { widthPx: 960, heightPx: 200, topPx: 800 };
const framesPerSecond = 25;
const pictureDemuxers = ['jpeg_pipe', 'png_pipe', 'gif', 'webp_pipe', 'bmp_pipe'];
const pictureDecoders = ['mjpeg', 'png', 'gif', 'webp', 'bmp'];
const coverName = 'cover.png';

/**
 * H.264 and AAC in MP4, 1080 × 1080 pixels. A cover that cannot be decoded, or not in time, is left out.
 *
 * @param path absolute path of the sound
 * @throws Failure `media-undecodable` and what else a sound file is refused with; `cancelled`, `deadline-exceeded`
 */
export async function drawAudiogram(path: string, request: AudiogramRequest, options: AudiogramOptions): Promise<void> {
  const { durationSeconds, folder, name } = request;
  const { signal, onProgress } = options;
  const { container } = await withFile(path, (file) => recognizeContainer(file));
  const hasCover = request.coverPath !== null && (await normaliseCover(request.coverPath, folder, options));
  const run = { ...audiogramRun(path, container, { hasCover, folder, name }, options), signal };
  await encodeFfmpeg(run, (written) => onProgress(Math.min(1, written / durationSeconds)));
}

interface DrawnFile extends Pick<AudiogramRequest, 'folder' | 'name'> {
  /** The cover is in the folder. */
  readonly hasCover: boolean;
}

/** How ffmpeg is run for it. */
export function audiogramRun(
  path: string,
  container: Container,
  { hasCover, folder, name }: DrawnFile,
  { tools, threads, timeoutMs }: Pick<AudiogramOptions, 'tools' | 'threads' | 'timeoutMs'>,
): FfmpegRun {
  return {
    ...{ ffmpegPath: tools.ffmpegPath, path, folder, medium: 'sound', input: { demuxers: [demuxerOf[container]], threads } },
    outputs: [
      ...['-filter_complex', graph(hasCover), '-map', '[shown]', '-map', '[heard]', ...withoutMetadata],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '22', '-threads', String(threads), '-g', String(2 * framesPerSecond)],
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
      ...['-c:a', 'aac', '-b:a', '192k', '-movflags', '+faststart', '-f', 'mp4', name],
    ],
    wallClockMs: timeoutMs,
    cpuSeconds: Math.ceil((timeoutMs / 1_000) * (2 * threads + 1)),
    fileSizeBytes: audiogramMaxBytes,
  };
}

/** A square PNG in the folder. @returns false when the picture cannot be decoded, or not in time */
async function normaliseCover(path: string, folder: string, { tools, signal }: AudiogramOptions): Promise<boolean> {
  const square = filterChain(
    filter('scale', { w: coverPx, h: coverPx, force_original_aspect_ratio: ':increase' }),
    filter('crop', { w: coverPx, h: coverPx }),
    filter('format', { pix_fmts: ':rgb24' }),
  );
  const run = {
    ...{ ffmpegPath: tools.ffmpegPath, path, signal, input: { demuxers: pictureDemuxers, decoders: pictureDecoders } },
    outputs: ['-map', '0:v:0', '-vf', square, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
    ...{ wallClockMs: 30_000, cpuSeconds: 20 },
  };
  try {
    const { bytes } = await captureFfmpeg(run, 16 << 20);
    await writeFile(join(folder, coverName), bytes);
    return bytes.length > 0;
  } catch (error) {
    if (isUndecodable(error) || isLate(error, signal)) return false;
    throw error;
  }
}

/** The cover is read by name from the folder that ffmpeg runs in, where we have written it. */
function graph(hasCover: boolean): string {
  const rate = `r=${framesPerSecond}`;
  const waveTop = hasCover ? wave.topPx : (audiogramSidePx - wave.heightPx) / 2;
  const sound = 'aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo';
  const waves = `aformat=channel_layouts=mono,showwaves=s=${wave.widthPx}x${wave.heightPx}:mode=cline:${rate}:colors=0x4fd1c5:scale=sqrt`;
  const background = `color=c=0x12161c:s=${audiogramSidePx}x${audiogramSidePx}:${rate}`;
  const cover = hasCover
    ? `;movie=${coverName}[cover];[background][cover]overlay=x=(W-w)/2:y=${coverTopPx}[under]`
    : ';[background]null[under]';
  const end = `overlay=x=(W-w)/2:y=${waveTop}:shortest=1,format=yuv420p,setsar=1[shown]`;
  return `[0:a:0]${sound},asplit[heard][drawn];[drawn]${waves}[waves];${background}[background]${cover};[under][waves]${end}`;
}
