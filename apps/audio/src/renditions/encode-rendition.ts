/** Encodes a recording at one or several levels of a format with ffmpeg, from one decode. No framework: the job and the command line use it. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AudioFormat, CompressionLevel } from '#contracts';
import { captureFfmpeg, demuxerOf, encodeFfmpeg, type FfmpegTools, type ProbedStream, probe, type SafeInput } from '#media';
import { defaultMediaLimits, type MediaInfo } from '../media/media-info.ts';
import { isCoverArt, soundOf } from '../media/probed-streams.ts';
import { encodeArguments } from './encode-arguments.ts';
import { encodedDuration } from './encoded-duration.ts';
import { type EncodingPlan, isLossless, planEncoding, type SourceSound } from './encoding-plan.ts';
import { firstPass, gainAfter, type MeasuredLoudness, readLoudness, secondPass } from './loudness.ts';
import { coverStreams, declaredGain, gainTags, keptTags, pictureTag, type TagList, type TrackGain, tagFile } from './rendition-tags.ts';

export interface EncodeOptions {
  readonly tools: FfmpegTools;
  /** Wall-clock limit of each run of ffmpeg. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A source that was probed once, for any number of renditions. */
export interface OpenedSource {
  /** Absolute. */
  readonly path: string;
  readonly media: MediaInfo;
  readonly sizeBytes: number;
  readonly sound: SourceSound;
  readonly soundIndex: number;
  readonly cover: ProbedStream | undefined;
  readonly tags: TagList;
  readonly gain: TrackGain | undefined;
}

export interface EncodedFile {
  readonly path: string;
  readonly plan: EncodingPlan;
  /** Index of the sound among its streams. */
  readonly soundIndex: number;
  readonly sizeBytes: number;
  /** ffprobe's name of the codec, and what the header says. */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly durationSeconds: number;
  readonly bitRateKbps: number;
}

const probeTimeoutMs = 20_000;

/** @throws ToolFailure `media-undecodable`, `cancelled`; `internal` when ffprobe cannot be started */
export async function openSource(path: string, media: MediaInfo, options: EncodeOptions): Promise<OpenedSource> {
  const { streams, format } = await probed(path, demuxerOf[media.container], options);
  const found = soundOf(streams, defaultMediaLimits);
  const stream = typeof found === 'string' ? undefined : found;
  const { size: sizeBytes } = await stat(path);
  const raw = [stream?.tags ?? {}, format.tags];
  return {
    ...{ path, media, sizeBytes, sound: soundOfSource(media, stream, sizeBytes), soundIndex: stream?.index ?? 0 },
    cover: streams.find((one) => isCoverArt(one) && (one.width ?? 0) > 0),
    tags: keptTags(raw, media.tags),
    gain: declaredGain(raw),
  };
}

function soundOfSource(media: MediaInfo, stream: ProbedStream | undefined, sizeBytes: number): SourceSound {
  const { codec, sampleRateHz, channels, durationSeconds, hasVideo, hasCoverArt } = media;
  const fromSize = durationSeconds === null || hasVideo || hasCoverArt ? null : (8 * sizeBytes) / durationSeconds;
  const bitDepth = isLossless(codec) ? depthOf(stream) : null;
  return { codec, sampleRateHz, channels, bitRate: media.bitRate ?? fromSize, bitDepth };
}

function depthOf(stream: ProbedStream | undefined): number | null {
  const declared = stream?.bits_per_raw_sample || stream?.bits_per_sample;
  if (declared) return declared;
  return stream?.sample_fmt?.startsWith('s16') ? 16 : stream?.sample_fmt?.startsWith('u8') ? 8 : null;
}

export interface EncodeRequest {
  /** At least one, each once. */
  readonly levels: readonly CompressionLevel[];
  readonly format: AudioFormat;
  /** As `measureLoudness` has measured it; undefined keeps the loudness. */
  readonly loudness: MeasuredLoudness | undefined;
  /** Existing folder, which gets files of its own. */
  readonly folder: string;
  /** Receives the share that is done, in [0, 1], about twice a second. */
  readonly onProgress?: (share: number) => void;
}

/**
 * @returns a file for each level; the bytes of a level do not depend on the others
 * @throws Failure `rendition-not-possible`; ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`, `internal`
 */
export async function encodeRenditions(source: OpenedSource, request: EncodeRequest, options: EncodeOptions): Promise<EncodedFile[]> {
  const { levels, format, loudness, folder, onProgress = () => undefined } = request;
  const planned = levels.map((level) => ({ plan: planEncoding(source.sound, level, format), output: `${level}.${format}` }));
  const tags = join(folder, `${levels[0]}.tags`);
  await writeFile(tags, tagFile(await tagsOf(source, request, options)));
  const inputs = {
    soundIndex: source.soundIndex,
    coverIndex: source.cover && coverStreams[format].includes(source.cover.codec_name) ? source.cover.index : undefined,
    tagFile: tags,
    loudness: loudness && secondPass(loudness),
  };
  const seconds = source.media.durationSeconds ?? 0;
  const fileSizeBytes = Math.max(...planned.map(({ plan }) => limitBytes(plan, seconds)));
  const run = { ...runOf(source, options, levels.length), outputs: encodeArguments(planned, inputs), folder, fileSizeBytes };
  await encodeFfmpeg(run, (done) => onProgress(seconds > 0 ? Math.min(1, done / seconds) : 0));
  return Promise.all(planned.map(({ plan, output }) => describe(join(folder, output), plan, options)));
}

/** The first pass of a normalisation. @returns undefined for silence. @throws ToolFailure as {@link encodeRenditions} */
export async function measureLoudness(source: OpenedSource, options: EncodeOptions): Promise<MeasuredLoudness | undefined> {
  const outputs = ['-map', `0:${source.soundIndex}`, '-filter:a', firstPass, '-f', 'null', '-'];
  const { log } = await captureFfmpeg({ ...runOf(source, options), outputs, logLevel: 'info' }, 1_024);
  return readLoudness(log);
}

async function tagsOf(source: OpenedSource, { format, loudness }: EncodeRequest, options: EncodeOptions): Promise<TagList> {
  const gain = loudness ? gainAfter(loudness) : source.gain;
  const picture = format === 'ogg' || format === 'opus' ? await coverTag(source, options) : [];
  return [...source.tags, ...(gain ? gainTags(gain, format) : []), ...picture];
}

/** Larger pictures are left out of Ogg, where a player must read them before the first sound. */
const maxCoverBytes = 4 << 20;

async function coverTag(source: OpenedSource, options: EncodeOptions): Promise<TagList> {
  const { cover } = source;
  if (!cover) return [];
  const outputs = ['-map', `0:${cover.index}`, '-c:v', 'copy', '-frames:v', '1', '-f', 'image2pipe', 'pipe:1'];
  // A picture that cannot be read is no reason to refuse the sound.
  const read = captureFfmpeg({ ...runOf(source, options), outputs }, maxCoverBytes).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    return undefined;
  });
  const bytes = (await read)?.bytes;
  return bytes?.length ? [pictureTag(bytes, { codec: cover.codec_name, widthPx: cover.width ?? 0, heightPx: cover.height ?? 0 })] : [];
}

/** CPU time: the most expensive encoder and both passes of loudnorm need less than 0.15 s for a second of sound. */
const cpuSecondsPerSecond = 0.5;
const longestSeconds = 24 * 3_600;

function runOf({ path, media }: OpenedSource, { tools, timeoutMs, signal }: EncodeOptions, encoders = 1) {
  const input: SafeInput = { demuxers: [demuxerOf[media.container]] };
  const seconds = Math.min(longestSeconds, media.durationSeconds ?? longestSeconds);
  const limits = { wallClockMs: timeoutMs, cpuSeconds: Math.ceil(60 + encoders * cpuSecondsPerSecond * seconds) };
  return { ffmpegPath: tools.ffmpegPath, path, input, medium: 'sound' as const, ...limits, ...(signal && { signal }) };
}

/** The plain samples and some room: a file that grows beyond has another length than its header says. */
const limitBytes = ({ sampleRateHz, channels }: EncodingPlan, seconds: number) =>
  (64 << 20) + Math.ceil((seconds > 0 ? 1.5 * seconds + 60 : longestSeconds) * sampleRateHz * channels * 4);

const demuxerOfFormat: Readonly<Record<AudioFormat, string>> = { mp3: 'mp3', ogg: 'ogg', opus: 'ogg', m4a: 'mov', wav: 'wav' };

/** Maps of streams put the sound first. ffprobe is asked only where we cannot read the duration. */
async function describe(path: string, plan: EncodingPlan, options: EncodeOptions): Promise<EncodedFile> {
  const { size: sizeBytes } = await stat(path);
  const durationSeconds = (await encodedDuration(path, plan)) ?? (await probedDuration(path, plan, options));
  return {
    ...{ path, plan, sizeBytes, durationSeconds, soundIndex: 0, sampleRateHz: headerRateOf(plan), channels: plan.channels },
    codec: codecOfEncoder[plan.encoder] ?? plan.encoder,
    bitRateKbps: durationSeconds > 0 ? (8 * sizeBytes) / durationSeconds / 1_000 : 0,
  };
}

/** Opus is always played at 48 kHz, whatever it was made of. @see RFC 7845 §5.1 */
const headerRateOf = ({ encoder, sampleRateHz }: EncodingPlan): number => (encoder === 'libopus' ? 48_000 : sampleRateHz);

/** ffprobe's names, where they are not those of the encoders. */
const codecOfEncoder: Readonly<Record<string, string>> = { libmp3lame: 'mp3', libvorbis: 'vorbis', libopus: 'opus' };

async function probedDuration(path: string, plan: EncodingPlan, options: EncodeOptions): Promise<number> {
  const { streams, format } = await probed(path, demuxerOfFormat[plan.format], options);
  return streams.find(({ codec_type }) => codec_type === 'audio')?.duration ?? format.duration ?? 0;
}

const probed = (path: string, demuxer: string, { tools, signal }: EncodeOptions) =>
  probe(path, { ffprobePath: tools.ffprobePath, demuxer, timeoutMs: probeTimeoutMs, ...(signal && { signal }) });
