/** Takes the text subtitles out of a video file, all of them in one pass. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFfmpeg, type FfmpegTools } from '#media';
import type { SubtitleStream, VideoInfo } from '../media/video-info.ts';

/** Codecs that hold text; the others (`hdmv_pgs_subtitle`, `dvd_subtitle`) hold pictures. */
const textCodecs: ReadonlySet<string> = new Set(['mov_text', 'subrip', 'srt', 'webvtt', 'ass', 'ssa', 'text']);

const fileLimitBytes = 4 << 20;

export interface ExtractedCaptions {
  readonly stream: SubtitleStream;
  /** WebVTT as ffmpeg writes it. */
  readonly bytes: Buffer;
}

export interface ExtractOptions {
  readonly tools: FfmpegTools;
  /** Existing folder for intermediate files. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export const textSubtitles = ({ subtitles }: VideoInfo): SubtitleStream[] => subtitles.filter(({ codec }) => textCodecs.has(codec));

/**
 * @param path absolute path of the file that `info` describes
 * @returns nothing where the file has no text subtitles
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function extractCaptions(path: string, info: VideoInfo, options: ExtractOptions): Promise<ExtractedCaptions[]> {
  const streams = textSubtitles(info);
  if (streams.length === 0) return [];
  await encodeFfmpeg({
    ffmpegPath: options.tools.ffmpegPath,
    path,
    input: { demuxers: [info.demuxer] },
    inputOptions: ['-vn', '-an', '-dn'],
    outputs: streams.flatMap(({ index }) => ['-map', `0:${index}`, '-map_metadata', '-1', '-c:s', 'webvtt', '-f', 'webvtt', nameOf(index)]),
    folder: options.folder,
    wallClockMs: options.timeoutMs,
    cpuSeconds: Math.ceil(options.timeoutMs / 1_000),
    fileSizeBytes: fileLimitBytes,
    signal: options.signal,
  });
  return await Promise.all(streams.map(async (stream) => ({ stream, bytes: await readFile(join(options.folder, nameOf(stream.index))) })));
}

const nameOf = (index: number) => `${index}.vtt`;
