/** What every picture job tells ffmpeg: one stream of one file, two threads, limits. */
import type { FfmpegRun, FfmpegTools } from '#media';
import type { VideoInfo } from '../media/video-info.ts';

const usualTimeoutMs = 60_000;

export interface PictureOptions {
  readonly tools: FfmpegTools;
  /** Wall-clock limit; default 60 s. */
  readonly timeoutMs?: number;
  /** Decoder threads in [1, 16]; default 1. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** @returns a function that gives the options with the time that is left: runs with it take together no longer than `timeoutMs` */
export function sharedTime(options: PictureOptions): () => PictureOptions {
  const endMs = performance.now() + (options.timeoutMs ?? usualTimeoutMs);
  return () => ({ ...options, timeoutMs: Math.max(1, Math.ceil(endMs - performance.now())) });
}

type Command = Pick<FfmpegRun, 'outputs' | 'folder'> & { readonly inputOptions?: readonly string[] };

export function pictureRun(
  path: string,
  info: VideoInfo,
  options: PictureOptions,
  { outputs, inputOptions = [], folder }: Command,
): FfmpegRun {
  const { tools, timeoutMs = usualTimeoutMs, threads = 1, signal } = options;
  return {
    ffmpegPath: tools.ffmpegPath,
    path,
    input: { demuxers: [info.demuxer], threads },
    inputOptions: ['-an', '-sn', '-dn', ...inputOptions],
    outputs: ['-map', `0:${info.video.index}`, '-map_metadata', '-1', ...outputs],
    wallClockMs: timeoutMs,
    cpuSeconds: Math.ceil(timeoutMs / 1_000) * threads,
    ...(folder !== undefined && { folder }),
    ...(signal && { signal }),
  };
}
