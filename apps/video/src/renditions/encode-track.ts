/** Encodes one track of a video for HLS, segment by segment: the picture of one rung, or the sound that all rungs share. */
import { Failure } from '#contracts';
import { type FfmpegTools, streamFfmpeg } from '#media';
import { decimal } from '../media/frame-rate.ts';
import { undecodable } from '../media/video-failures.ts';
import type { AudioStream, VideoInfo } from '../media/video-info.ts';
import { codecOf } from './codec-string.ts';
import { type EncodeArguments, pictureArguments, soundArguments } from './encode-arguments.ts';
import { timescaleOf, timingOf } from './fragment-timing.ts';
import { fragmentsOf } from './fragments.ts';
import type { Rung } from './ladder.ts';

export interface EncodedSegment {
  /** From 0, of the whole track. */
  readonly index: number;
  readonly bytes: Buffer;
  readonly durationSeconds: number;
}

/** Where the segments go, in their order. Encoding waits for each. */
export interface SegmentSink {
  /** @param codec RFC 6381, e.g. `avc1.640020` */
  init(bytes: Buffer, codec: string): Promise<void>;
  segment(segment: EncodedSegment): Promise<void>;
}

export interface EncodeTrackOptions {
  readonly tools: FfmpegTools;
  /** Threads of decoder and encoder, each; in [1, 16]; default 2. */
  readonly threads?: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** A track with more segments is refused; default 6,000. */
  readonly maxSegments?: number;
}

export interface PictureRequest {
  readonly rung: Rung;
  readonly segmentFrames: number;
  /** Segments before this one are there already. */
  readonly fromSegment: number;
}

/**
 * @param path absolute path of the file that `info` describes
 * @returns the number of segments of the whole track
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`; Failure `media-too-long`; errors of the sink
 */
export function encodePicture(
  path: string,
  info: VideoInfo,
  request: PictureRequest,
  sink: SegmentSink,
  options: EncodeTrackOptions,
): Promise<number> {
  const { rung, segmentFrames, fromSegment } = request;
  const frameSeconds = 1 / decimal(rung.frameRate);
  const check = ({ index, startSeconds }: { index: number; startSeconds: number }) => {
    // Within a few frames: the decode time of a picture comes before the time at which it is shown.
    if (Math.abs(startSeconds - index * segmentFrames * frameSeconds) > 4 * frameSeconds)
      throw new Failure('internal', `Segment ${index} begins at ${startSeconds} s, off the grid of ${segmentFrames} frames.`);
  };
  const args = pictureArguments(info, { ...request, threads: options.threads ?? 2 });
  return encodeTrack({ path, info, args, fromSegment, check }, sink, options);
}

/** Always from the start: the sound is one uninterrupted encode, because an encoder of AAC that begins again leaves a gap. The same as above otherwise. */
export function encodeSound(
  path: string,
  info: VideoInfo,
  request: { readonly audio: AudioStream; readonly segmentSeconds: number },
  sink: SegmentSink,
  options: EncodeTrackOptions,
): Promise<number> {
  const args = soundArguments(request.audio, request.segmentSeconds);
  return encodeTrack({ path, info, args, fromSegment: 0, check: () => undefined }, sink, options);
}

interface TrackEncode {
  readonly path: string;
  readonly info: VideoInfo;
  readonly args: EncodeArguments;
  readonly fromSegment: number;
  readonly check: (segment: { readonly index: number; readonly startSeconds: number }) => void;
}

async function encodeTrack({ path, info, args, fromSegment, check }: TrackEncode, sink: SegmentSink, options: EncodeTrackOptions) {
  const { tools, timeoutMs, signal, threads = 2, maxSegments = 6_000 } = options;
  let index = fromSegment;
  let timescale = 0;
  const consume = async (stdout: AsyncIterable<Buffer>) => {
    for await (const { kind, bytes } of fragmentsOf(stdout)) {
      if (kind === 'init') {
        timescale = timescaleOf(bytes);
        await sink.init(bytes, codecOf(bytes));
        continue;
      }
      if (index >= maxSegments) throw new Failure('media-too-long', `The video has more than ${maxSegments} segments.`);
      const { startSeconds, durationSeconds } = timingOf(bytes, timescale);
      check({ index, startSeconds });
      await sink.segment({ index, bytes, durationSeconds });
      index++;
    }
  };
  const limits = { wallClockMs: timeoutMs, cpuSeconds: Math.ceil((timeoutMs / 1_000) * (2 * threads + 1)) };
  const input = { demuxers: [info.demuxer], threads };
  await streamFfmpeg({ ffmpegPath: tools.ffmpegPath, path, input, ...args, ...limits, ...(signal && { signal }) }, consume);
  if (index === 0) throw undecodable('The encoder wrote no segment: nothing of the stream can be decoded.');
  return index;
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
