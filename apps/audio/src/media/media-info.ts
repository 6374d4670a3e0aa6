/** Properties of a file that are known before it is decoded. */
import type { TrackWarning } from '#contracts';
import type { Container, Tags } from '#media';

export interface MediaInfo {
  readonly container: Container;
  /** ffprobe's name, e.g. `mp3`, `pcm_s16le`. */
  readonly codec: string;
  /** As declared by the container, which may be wrong; null when not declared. */
  readonly durationSeconds: number | null;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** e.g. `stereo`, `5.1`; null when unknown. */
  readonly channelLayout: string | null;
  /** Of the audio stream, in bits per second. */
  readonly bitRate: number | null;
  readonly hasCoverArt: boolean;
  /** Video, not cover art. */
  readonly hasVideo: boolean;
  /** What the file lacks, as the end of a sentence, when it is shorter than its container declares; absent in a whole file. */
  readonly missing?: string;
  /** Cleaned: no control or direction characters, at most 256 characters each. */
  readonly tags: Tags;
}

/** In the order of the contract. */
export const warningsOf = ({ missing }: Pick<MediaInfo, 'missing'>): TrackWarning[] => (missing === undefined ? [] : ['truncated']);

export interface MediaLimits {
  readonly maxStreams: number;
  readonly maxChannels: number;
  /** K-weighting needs the band below 1.7 kHz; no recordings with a rate below 4,000 Hz are known. */
  readonly minSampleRateHz: number;
  readonly maxSampleRateHz: number;
  /** Longer declared durations are refused only when the file is large enough for them; the decoder has a limit of its own. */
  readonly maxDurationSeconds: number;
  /** Wall-clock limit of ffprobe and of the tag parser, each. */
  readonly probeTimeoutMs: number;
}

export const defaultMediaLimits: MediaLimits = {
  maxStreams: 32,
  maxChannels: 16,
  minSampleRateHz: 4_000,
  maxSampleRateHz: 768_000,
  maxDurationSeconds: 24 * 3_600,
  probeTimeoutMs: 20_000,
};
