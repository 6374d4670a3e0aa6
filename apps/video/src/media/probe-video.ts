/** Inspects a file that was sent as video: what is in it, or the reason why it is refused. Nothing is decoded. */
import { ToolFailure } from '#compute';
import { Failure } from '#contracts';
import {
  encodeFfmpeg,
  type FfmpegTools,
  type Probed,
  type ProbedDetails,
  type ProbedStream,
  probeDetails,
  type RandomAccess,
  type RecognizedVideo,
  readMatroska,
  readMp4,
  recognizeVideo,
  type VideoContainer,
  withFile,
} from '#media';
import { decimal } from './frame-rate.ts';
import {
  audioStreamOf,
  isAttachedPicture,
  isMovingPicture,
  isReadableVideo,
  positive,
  streamSummaryOf,
  subtitleStreamOf,
  videoStreamOf,
} from './probed-streams.ts';
import { isUndecodable, undecodable } from './video-failures.ts';
import { type Chapter, defaultVideoLimits, type VideoInfo, type VideoLimits, type VideoStream, type VideoWarning } from './video-info.ts';

export interface ProbeVideoOptions {
  readonly tools: FfmpegTools;
  readonly limits?: Partial<VideoLimits>;
  /** Given by the client and not trusted; see `Declared`. */
  readonly declaredName?: string;
  /** Asks ffprobe also where the file can be read without it; default false. */
  readonly alwaysAsk?: boolean;
  readonly signal?: AbortSignal;
}

interface Probing extends Omit<ProbeVideoOptions, 'limits'> {
  readonly path: string;
  readonly limits: VideoLimits;
}

/** Packets of all streams whose time stamps are read: some ten seconds. */
const packetsRead = 1_200;

/**
 * Recognises the container and reads its table of contents; where that does not say everything, runs ffprobe with the demuxer of that container. No
 * other file is opened and no connection is made.
 *
 * @param path absolute path of a regular file
 * @throws Failure `media-empty`, `media-unsafe`, `media-not-video`, `media-without-picture`, `media-truncated`, `media-undecodable`,
 *   `media-too-large`, `media-too-long`; `cancelled`; `internal` when ffprobe cannot be started
 */
export async function probeVideo(path: string, options: ProbeVideoOptions): Promise<VideoInfo> {
  const limits = { ...defaultVideoLimits, ...options.limits };
  const probing = { ...options, path, limits };
  const { found, sizeBytes, read } = await recognize(probing);
  const probed = read ?? (await readStreams(probing, found));
  refuseTooManyStreams(probed, limits);
  const video = videoOf(probed);
  refuseTooLarge(video, limits);
  const declaredSeconds = positive(probed.format.duration) ?? video.durationSeconds;
  const durationSeconds = declaredSeconds ?? (await measureDuration(probing, found.demuxer, video));
  refuseTooLong(durationSeconds, sizeBytes, limits);
  return describe({ found, sizeBytes, probed, video, durationSeconds, isDurationDeclared: declaredSeconds !== null, limits });
}

const supported = 'MP4, MOV, Matroska, WebM, AVI, FLV, MPEG-TS and Ogg (Theora)';
const soundFormats = new Set(['wav', 'w64', 'aiff', 'au', 'caf', 'flac', 'mp3', 'aac', 'audio/mpeg', 'audio/aac']);

interface Recognized {
  readonly found: RecognizedVideo;
  readonly sizeBytes: number;
  /** Undefined where ffprobe has to be asked. */
  readonly read: (Probed & ProbedDetails) | undefined;
}

async function recognize({ path, declaredName, alwaysAsk = false, signal }: Probing): Promise<Recognized> {
  if (signal?.aborted) throw new Failure('cancelled', 'The caller has cancelled.', { cause: signal.reason });
  return withFile(path, async (file) => {
    const found = await recognizeVideo(file, { name: declaredName });
    if (found.container === undefined) {
      if (soundFormats.has(found.format)) throw withoutPicture();
      throw new Failure('media-not-video', `Unsupported video format: ${found.format}. Supported: ${supported}.`);
    }
    if (found.isProtected) throw undecodable('The video is protected (DRM).');
    return { found, sizeBytes: file.sizeBytes, read: alwaysAsk ? undefined : await readWithoutProcess(found, file) };
  });
}

const readers: Partial<Record<VideoContainer, typeof readMp4>> = { mp4: readMp4, matroska: readMatroska };

const readWithoutProcess = async ({ container, missing }: RecognizedVideo, file: RandomAccess) =>
  missing === undefined ? readers[container]?.(file, packetsRead) : undefined;

const withoutPicture = () => new Failure('media-without-picture', 'The file has sound but no video in it.');

/** When bytes are missing and no stream can be read, the missing bytes are the reason. */
async function readStreams(probing: Probing, found: RecognizedVideo): Promise<Probed & ProbedDetails> {
  const { path, tools, limits, signal } = probing;
  const options = { ffprobePath: tools.ffprobePath, demuxer: found.demuxer, timeoutMs: limits.probeTimeoutMs, ...(signal && { signal }) };
  try {
    const probed = await probeDetails(path, options, packetsRead);
    if (found.missing !== undefined && !probed.streams.some(isReadableVideo)) throw truncated(found.missing);
    return probed;
  } catch (error) {
    if (!isUndecodable(error)) throw error;
    if (found.missing !== undefined) throw truncated(found.missing, error);
    throw undecodable(`The file begins like a video, but ${refusedDecoder(error) ?? 'no stream in it can be read'}.`, error);
  }
}

/** ffprobe refuses the whole file when the decoder of one stream is not allowed. */
function refusedDecoder(error: unknown): string | undefined {
  const lines = error instanceof ToolFailure ? error.stderrTail : [];
  const name = lines.map((line) => /Codec \((\w{1,32})\) not on whitelist/.exec(line)?.[1]).find((match) => match !== undefined);
  return name && `it has a stream that is not supported: ${name}`;
}

const truncated = (missing: string, cause?: unknown) =>
  new Failure('media-truncated', `The file ends before its container says it does: ${missing}.`, { cause });

function videoOf(probed: Probed & ProbedDetails): VideoStream {
  const moving = probed.streams.filter(isMovingPicture);
  if (moving.length === 0) throw withoutPicture();
  const readable = moving.filter(isReadableVideo);
  const chosen = readable.find(({ disposition }) => disposition.default === 1) ?? readable[0];
  if (chosen === undefined) {
    const codecs = moving.map(({ codec_name }) => codec_name).join(', ');
    throw undecodable(`The video cannot be decoded. Its codec is ${codecs}, which is not supported.`);
  }
  return videoStreamOf(chosen, timesOf(probed, chosen));
}

const timesOf = ({ packets }: ProbedDetails, { index }: ProbedStream): number[] =>
  packets.flatMap(({ stream_index, pts_time }) => (stream_index === index && pts_time !== undefined ? [pts_time] : []));

function refuseTooManyStreams({ streams, format }: Probed, { maxStreams }: VideoLimits): void {
  const count = Math.max(streams.length, format.nb_streams ?? 0);
  if (count > maxStreams) throw new Failure('media-too-large', `The file has ${count} streams; at most ${maxStreams} are allowed.`);
}

function refuseTooLarge({ widthPx, heightPx, frameRate }: VideoStream, limits: VideoLimits): void {
  if (Math.max(widthPx, heightPx) > limits.maxSidePx || widthPx * heightPx > limits.maxPixels)
    throw new Failure('media-too-large', `The picture is ${widthPx}x${heightPx} pixels; at most ${limits.maxSidePx} a side are allowed.`);
  if (frameRate && decimal(frameRate) > limits.maxFrameRate)
    throw new Failure(
      'media-too-large',
      `The video has ${Math.round(decimal(frameRate))} frames per second; at most ${limits.maxFrameRate} are allowed.`,
    );
}

/** A file with fewer bytes per second than this has a wrong duration, or shows nothing. */
const credibleBytesPerSecond = 100;

function refuseTooLong(durationSeconds: number | null, sizeBytes: number, { maxDurationSeconds }: VideoLimits): void {
  if (durationSeconds === null || durationSeconds <= maxDurationSeconds) return;
  if (sizeBytes / durationSeconds < credibleBytesPerSecond)
    throw undecodable(`Its declared duration of ${Math.round(durationSeconds)} seconds does not fit its size of ${sizeBytes} bytes.`);
  throw new Failure('media-too-long', `The video is longer than the ${maxDurationSeconds} seconds that are allowed.`);
}

/** Live recordings declare no duration: reads the time stamps of the whole file without decoding it. */
async function measureDuration({ path, tools, limits, signal }: Probing, demuxer: string, video: VideoStream): Promise<number | null> {
  let seconds = 0;
  const outputs = ['-map', `0:${video.index}`, '-c', 'copy', '-f', 'null', '-'];
  const { probeTimeoutMs: wallClockMs } = limits;
  const input = { demuxers: [demuxer] };
  const run = { ffmpegPath: tools.ffmpegPath, path, input, outputs, wallClockMs, cpuSeconds: 20, ...(signal && { signal }) };
  await encodeFfmpeg(run, (written) => {
    seconds = written;
  });
  return positive(seconds);
}

interface Findings {
  readonly found: RecognizedVideo;
  readonly sizeBytes: number;
  readonly probed: Probed & ProbedDetails;
  readonly video: VideoStream;
  readonly durationSeconds: number | null;
  readonly isDurationDeclared: boolean;
  readonly limits: VideoLimits;
}

function describe(findings: Findings): VideoInfo {
  const { found, sizeBytes, probed, video, durationSeconds, limits } = findings;
  const { streams } = probed;
  const ofType = (type: string) => streams.filter(({ codec_type }) => codec_type === type);
  return {
    ...{ container: found.container, demuxer: found.demuxer, sizeBytes, durationSeconds, video },
    bitRate: durationSeconds === null ? null : Math.round((8 * sizeBytes) / durationSeconds),
    videoStreamCount: streams.filter(isMovingPicture).length,
    audio: ofType('audio').map(audioStreamOf),
    subtitles: ofType('subtitle').map(subtitleStreamOf),
    dataStreamCount: ofType('data').length + ofType('attachment').length,
    hasAttachedPicture: streams.some(isAttachedPicture),
    streams: streams.map(streamSummaryOf),
    chapters: chaptersOf(probed, limits),
    warnings: warningsOf(findings),
  };
}

const chaptersOf = ({ chapters }: ProbedDetails, { maxChapters }: VideoLimits): Chapter[] =>
  chapters.slice(0, maxChapters).map(({ start_time = 0, end_time = start_time, tags }) => ({
    ...{ startSeconds: start_time, endSeconds: end_time },
    title: tags.title?.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 200) || null,
  }));

function warningsOf({ found, probed, isDurationDeclared, limits }: Findings): VideoWarning[] {
  const sounds = probed.streams.filter(({ codec_type }) => codec_type === 'audio').map(audioStreamOf);
  const warnings: (VideoWarning | false)[] = [
    found.missing !== undefined && { code: 'truncated', detail: `The file ends before its container says it does: ${found.missing}.` },
    found.hasIndexAtEnd && { code: 'index-at-end', detail: 'The table of contents (moov) is at the end of the file.' },
    !isDurationDeclared && { code: 'duration-missing', detail: 'The container declares no duration.' },
    sounds.length > 0 &&
      !sounds.some(({ isReadable }) => isReadable) && { code: 'audio-unreadable', detail: 'The sound cannot be decoded.' },
    probed.chapters.length > limits.maxChapters && {
      code: 'chapters-omitted',
      detail: `Only the first ${limits.maxChapters} chapters are kept.`,
    },
  ];
  return warnings.filter((warning) => warning !== false);
}
