/** Encodes tracks of a video for HLS, segment by segment: the picture of one or more rungs, or the sound that all rungs share. */
import type { Readable } from 'node:stream';
import { Failure, mostVideoSegments } from '#contracts';
import { cutSegments, type FfmpegTools, type SegmentSink, type SegmentStart, streamFfmpeg } from '#media';
import { memoryBytesFor, type VideoEncoder, x264 } from '../encoders/video-encoders.ts';
import { decimal } from '../media/frame-rate.ts';
import { undecodable } from '../media/video-failures.ts';
import type { AudioStream, VideoInfo } from '../media/video-info.ts';
import { type EncodeArguments, pictureArguments, soundArguments } from './encode-arguments.ts';
import type { Rung } from './ladder.ts';

export interface EncodeTrackOptions {
  readonly tools: FfmpegTools;
  /** Threads of decoder and encoder, each; in [1, 16]; default 2. */
  readonly threads?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Of pictures; default x264. */
  readonly encoder?: VideoEncoder;
  /** A track with more segments is refused; default {@link mostVideoSegments}. */
  readonly maxSegments?: number;
}

export interface PictureRequest {
  readonly segmentFrames: number;
  /** Segments before this one are there already, of every rung. */
  readonly fromSegment: number;
}

export interface RungSink {
  readonly rung: Rung;
  readonly sink: SegmentSink;
}

/**
 * Encodes rungs of the same video in one run, so that it is decoded once.
 *
 * @param path absolute path of the file that `info` describes
 * @param rungs at least one
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`; Failure `media-too-long`; errors of the sinks
 */
export function encodePictures(
  path: string,
  info: VideoInfo,
  rungs: readonly RungSink[],
  { segmentFrames, fromSegment }: PictureRequest,
  options: EncodeTrackOptions,
): Promise<void> {
  const frameSeconds = 1 / decimal(rungs[0]!.rung.frameRate);
  const check = ({ index, startSeconds }: SegmentStart) => {
    // Within a few frames: the decode time of a picture comes before the time at which it is shown.
    if (Math.abs(startSeconds - index * segmentFrames * frameSeconds) > 4 * frameSeconds)
      throw new Failure('internal', `Segment ${index} begins at ${startSeconds} s, off the grid of ${segmentFrames} frames.`);
  };
  const request = {
    rungs: rungs.map(({ rung }) => rung),
    segmentFrames,
    fromSegment,
    threads: options.threads ?? 2,
    encoder: options.encoder ?? x264,
  };
  const args = pictureArguments(info, request);
  return encodeTracks({ path, info, args, fromSegment, check, sinks: rungs.map(({ sink }) => sink) }, options);
}

/** Always from the start: the sound is one uninterrupted encode, because an encoder of AAC that begins again leaves a gap. The same as above otherwise. */
export function encodeSound(
  path: string,
  info: VideoInfo,
  request: { readonly audio: AudioStream; readonly segmentSeconds: number },
  sink: SegmentSink,
  options: EncodeTrackOptions,
): Promise<void> {
  const args = soundArguments(request.audio, request.segmentSeconds);
  return encodeTracks({ path, info, args, fromSegment: 0, check: () => undefined, sinks: [sink] }, options);
}

interface TrackEncode {
  readonly path: string;
  readonly info: VideoInfo;
  readonly args: EncodeArguments;
  readonly fromSegment: number;
  readonly check: (segment: SegmentStart) => void;
  /** One for each output. */
  readonly sinks: readonly SegmentSink[];
}

async function encodeTracks({ path, info, args, fromSegment, check, sinks }: TrackEncode, options: EncodeTrackOptions): Promise<void> {
  const { tools, timeoutMs, signal, threads = 2, maxSegments = mostVideoSegments, encoder = x264 } = options;
  const limits = {
    wallClockMs: timeoutMs,
    cpuSeconds: Math.ceil((timeoutMs / 1_000) * (2 * threads + 1)),
    memoryBytes: memoryBytesFor(encoder),
  };
  const input = { demuxers: [info.demuxer], threads };
  const run = { ffmpegPath: tools.ffmpegPath, path, input, ...args, ...limits, ...(signal && { signal }) };
  const counts = sinks.map(() => fromSegment);
  const cut = { fromSegment, maxSegments, medium: 'video', check } as const;
  const consumers = sinks.map((sink, output) => async (stream: Readable) => {
    counts[output] = await cutSegments(stream, sink, cut);
  });
  await streamFfmpeg(run, consumers);
  if (counts.includes(0)) throw undecodable('The encoder wrote no segment: nothing of the stream can be decoded.');
}

/** The default audio stream that can be decoded, else the first one. */
export function soundOf({ audio }: Pick<VideoInfo, 'audio'>): AudioStream | undefined {
  const readable = audio.filter(({ isReadable }) => isReadable);
  return readable.find(({ isDefault }) => isDefault) ?? readable[0];
}

const longestSegments = { seconds: 10, count: 5_500 };

/**
 * Seconds of one segment, in [4, 10]: as few as keep a playlist within some 5,500 segments.
 *
 * @param durationSeconds null when it is not known
 */
export const segmentSecondsFor = (durationSeconds: number | null): number =>
  durationSeconds === null ? 8 : Math.min(longestSegments.seconds, Math.max(4, Math.ceil(durationSeconds / longestSegments.count)));
