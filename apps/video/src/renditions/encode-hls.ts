/** Encodes one rung of a video as fragmented MP4 for HLS: video and sound apart, in one run of ffmpeg. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFfmpeg, type FfmpegTools, type Fraction } from '#media';
import { undecodable } from '../media/video-failures.ts';
import type { AudioStream, VideoInfo } from '../media/video-info.ts';
import { codecOf } from './codec-string.ts';
import { audioArguments, audioFiles, videoArguments, videoFiles } from './hls-arguments.ts';
import { type HlsTrack, parseMediaPlaylist } from './hls-track.ts';
import { rungOf } from './ladder.ts';

export interface EncodeHlsRequest {
  /** Existing, empty folder. */
  readonly folder: string;
  /** At least 2; a larger one than the source gives the size of the source. */
  readonly shortSidePx: number;
  /** Upper limit of the video in bits per second; default: that of the ladder. */
  readonly maxBitRate?: number;
  /** Whether the sound is encoded too: once for all rungs. Default true. */
  readonly withAudio?: boolean;
  /** In [1, 10]; default 2. A segment is the nearest whole number of frames. */
  readonly segmentSeconds?: number;
}

export interface EncodeHlsOptions {
  readonly tools: FfmpegTools;
  /** Threads of decoder and encoder, each; in [1, 16]; default 2. */
  readonly threads?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** In [0, 100], never falling, 100 at the end. */
  readonly onProgress?: (percent: number) => void;
}

export interface HlsRendition {
  readonly folder: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly frameRate: Fraction;
  readonly video: HlsTrack;
  /** Null without sound, or when it was not asked for. */
  readonly audio: HlsTrack | null;
  /** Everything to keep, in order of name: initialisation segments and segments. */
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/**
 * @param path absolute path of the file that `info` describes
 * @throws RangeError when a number is out of its range; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`
 */
export async function encodeHlsRendition(
  path: string,
  info: VideoInfo,
  request: EncodeHlsRequest,
  options: EncodeHlsOptions,
): Promise<HlsRendition> {
  const { folder, maxBitRate, segmentSeconds = 2 } = request;
  if (!(segmentSeconds >= 1 && segmentSeconds <= 10)) throw new RangeError(`segments last from 1 to 10 seconds, not ${segmentSeconds}`);
  const ladderRung = rungOf(info, request.shortSidePx);
  const rung = maxBitRate === undefined ? ladderRung : { ...ladderRung, maxBitRate };
  const audio = request.withAudio === false ? undefined : soundOf(info);
  const { threads = 2 } = options;
  const video = videoArguments(info, { rung, segmentSeconds, threads });
  const outputs = [...video, ...(audio ? audioArguments(audio, segmentSeconds) : [])];
  await run(path, info, { folder, outputs, threads }, options);
  const tracks = { video: await readTrack(folder, videoFiles), audio: audio ? await readTrack(folder, audioFiles) : null };
  const { widthPx, heightPx, frameRate } = rung;
  return { folder, widthPx, heightPx, frameRate, ...tracks, files: await filesOf(folder) };
}

/** The default audio stream that can be decoded, else the first one. */
export function soundOf({ audio }: VideoInfo): AudioStream | undefined {
  const readable = audio.filter(({ isReadable }) => isReadable);
  return readable.find(({ isDefault }) => isDefault) ?? readable[0];
}

interface EncodePlan {
  readonly folder: string;
  readonly outputs: readonly string[];
  readonly threads: number;
}

async function run(path: string, info: VideoInfo, { folder, outputs, threads }: EncodePlan, options: EncodeHlsOptions): Promise<void> {
  const { tools, timeoutMs, signal, onProgress } = options;
  const report = progressIn(info.durationSeconds, onProgress);
  const input = { demuxers: [info.demuxer], threads };
  const limits = { wallClockMs: timeoutMs, cpuSeconds: Math.ceil((timeoutMs / 1_000) * (2 * threads + 1)) };
  await encodeFfmpeg({ ffmpegPath: tools.ffmpegPath, path, input, outputs, folder, ...limits, ...(signal && { signal }) }, report);
  onProgress?.(100);
}

/** 100 is reported only when all is written; a duration that is too short or unknown does not lead beyond 99. */
export function progressIn(durationSeconds: number | null, onProgress?: (percent: number) => void): (seconds: number) => void {
  let last = 0;
  return (seconds) => {
    const percent = durationSeconds === null ? 0 : Math.min(99, Math.floor((100 * seconds) / durationSeconds));
    if (percent <= last) return;
    last = percent;
    onProgress?.(percent);
  };
}

async function readTrack(folder: string, files: { init: string; playlist: string }): Promise<HlsTrack> {
  const playlist = await readFile(join(folder, files.playlist), 'utf8').catch(() => '');
  const listed = parseMediaPlaylist(playlist);
  if (listed.length === 0) throw undecodable('The encoder wrote no segment: nothing of the stream can be decoded.');
  const segments = await Promise.all(
    listed.map(async (segment) => ({ ...segment, sizeBytes: (await stat(join(folder, segment.name))).size })),
  );
  return { init: files.init, codec: codecOf(await readFile(join(folder, files.init))), segments };
}

async function filesOf(folder: string): Promise<HlsRendition['files']> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mp4') || name.endsWith('.m4s')).sort();
  return Promise.all(names.map(async (name) => ({ name, sizeBytes: (await stat(join(folder, name))).size })));
}
