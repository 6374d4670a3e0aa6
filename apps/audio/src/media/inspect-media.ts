/** Inspects an upload before it is decoded: its container, codec, streams and tags, or the reason why it is refused. */
import { Failure } from '#contracts/plain';
import {
  type Container,
  demuxerOf,
  mayMisreadTags,
  type Probed,
  type ProbedStream,
  type ProbeOptions,
  probe,
  readTags,
  recognizeContainer,
  truncated,
  withFile,
} from '#media';
import { defaultMediaLimits, type MediaInfo, type MediaLimits } from './media-info.ts';
import { isCoverArt, isMovingPicture, soundOf } from './probed-streams.ts';

export interface InspectOptions {
  readonly ffprobePath: string;
  readonly limits?: Partial<MediaLimits>;
  /** Given by the client and not trusted; see `Declared`. */
  readonly declaredName?: string;
  readonly declaredType?: string;
  readonly signal?: AbortSignal;
}

/**
 * Recognises the container, then runs ffprobe with the demuxer of that container. No other file is opened and no connection is made. A file that is
 * shorter than its container declares is taken with what is `missing`, as long as sound is found in the rest.
 *
 * @param path absolute path of a regular file
 * @throws Failure `media-empty`, `media-unsafe`, `media-not-audio`, `media-truncated`, `media-without-sound`, `media-undecodable`, `media-too-long`;
 *   `cancelled`; `internal` when ffprobe cannot be started
 */
export async function inspectMedia(path: string, options: InspectOptions): Promise<MediaInfo> {
  const limits = { ...defaultMediaLimits, ...options.limits };
  const declared = { name: options.declaredName, type: options.declaredType };
  const cancel = options.signal && { signal: options.signal };
  const timeoutMs = limits.probeTimeoutMs;
  const { container, missing, sizeBytes, isMisread } = await withFile(path, async (file) => ({
    ...(await recognizeContainer(file, declared)),
    sizeBytes: file.sizeBytes,
    isMisread: await mayMisreadTags(file),
  }));
  const probing = { ffprobePath: options.ffprobePath, demuxer: demuxerOf[container], timeoutMs, ...cancel };
  const { probed, sound } = await readSound(path, probing, limits).catch((error: unknown) => {
    throw missing !== undefined && isUnreadable(error) ? truncated(missing, error) : error;
  });
  const info = describe(container, probed, sound);
  refuseTooLong(info, sizeBytes, limits);
  const tags = await readTags(path, { container, probed: [sound.tags, probed.format.tags], isMisread, timeoutMs, ...cancel });
  return { ...info, ...(missing !== undefined && { missing }), tags };
}

async function readSound(path: string, probing: ProbeOptions, limits: MediaLimits): Promise<{ probed: Probed; sound: ProbedStream }> {
  const probed = await probe(path, probing);
  return { probed, sound: requireSound(probed, limits) };
}

/** Of a file that is cut, the missing bytes are the reason. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'media-undecodable' || error.code === 'media-without-sound');

function requireSound(probed: Probed, limits: MediaLimits): ProbedStream {
  if (probed.streams.length > limits.maxStreams)
    throw undecodable(`It has ${probed.streams.length} streams; at most ${limits.maxStreams} are read.`);
  const found = soundOf(probed.streams, limits);
  if (found === 'none') throw new Failure('media-without-sound', 'The file has no sound in it.');
  if (found === 'unreadable') throw undecodable(`Its audio is ${summaryOf(probed.streams)}; no such audio is read.`);
  return found;
}

/** e.g. `wmav2, 44100 Hz, 2 channels` */
const summaryOf = (streams: readonly ProbedStream[]): string =>
  streams
    .filter((stream) => stream.codec_type === 'audio')
    .map(({ codec_name, sample_rate = 0, channels = 0 }) => `${codec_name}, ${sample_rate} Hz, ${channels} channels`)
    .join('; ');

const undecodable = (why: string) => new Failure('media-undecodable', `The sound cannot be decoded. ${why}`);

function describe(container: Container, probed: Probed, sound: ProbedStream): Omit<MediaInfo, 'tags'> {
  const pictures = probed.streams.filter((stream) => stream.codec_type === 'video');
  return {
    container,
    codec: sound.codec_name,
    durationSeconds: positive(sound.duration) ?? positive(probed.format.duration),
    sampleRateHz: sound.sample_rate!,
    channels: sound.channels!,
    channelLayout: layoutOf(sound),
    bitRate: positive(sound.bit_rate) ?? (probed.streams.length === 1 ? positive(probed.format.bit_rate) : null),
    hasCoverArt: pictures.some(isCoverArt),
    hasVideo: pictures.some(isMovingPicture),
  };
}

const positive = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) && value > 0 ? value : null);

/** Audio with fewer bytes per second is silence, or its declared duration is wrong. */
const credibleBytesPerSecond = 1_000;

/** Refuses a declared duration only when the file is large enough for it; otherwise the decoder measures the real one. */
function refuseTooLong(
  { durationSeconds }: Pick<MediaInfo, 'durationSeconds'>,
  sizeBytes: number,
  { maxDurationSeconds }: MediaLimits,
): void {
  if (durationSeconds === null || durationSeconds <= maxDurationSeconds) return;
  if (sizeBytes / durationSeconds < credibleBytesPerSecond) return;
  throw new Failure('media-too-long', `The recording is longer than the ${maxDurationSeconds} seconds that are allowed.`);
}

/** One and two channels have only one usual layout, declared or not. */
function layoutOf({ channel_layout: declared, channels }: ProbedStream): string | null {
  if (declared && declared !== 'unknown') return declared;
  return channels === 1 ? 'mono' : channels === 2 ? 'stereo' : null;
}
