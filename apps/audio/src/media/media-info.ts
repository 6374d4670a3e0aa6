/** What we know of a file before anything is decoded. */
import type { Container, Tags } from '#media';

export interface MediaInfo {
  readonly container: Container;
  /** By the name that ffprobe gives it, e.g. `mp3`, `pcm_s16le`. */
  readonly codec: string;
  /** As the container declares it, which may be a lie; null when it does not say. */
  readonly durationSeconds: number | null;
  readonly sampleRateHz: number;
  readonly channels: number;
  /** e.g. `stereo`, `5.1`; null when unknown. */
  readonly channelLayout: string | null;
  /** Of the sound, in bits per second. */
  readonly bitRate: number | null;
  readonly hasCoverArt: boolean;
  /** Moving pictures, not cover art. */
  readonly hasVideo: boolean;
  /** Cleaned: no control or direction characters, at most 256 characters each. */
  readonly tags: Tags;
}

export interface MediaLimits {
  readonly maxStreams: number;
  readonly maxChannels: number;
  /** Weighting by how the ear hears needs what lies below 1.7 kHz: no recording is known to be slower than telephony's 4,000. */
  readonly minSampleRateHz: number;
  readonly maxSampleRateHz: number;
  /** Declared lengths above this are refused only when the size of the file makes them credible; what is decoded is capped elsewhere. */
  readonly maxDurationSeconds: number;
  /** Wall clock and, doubled in threads' favour, CPU time of ffprobe. */
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
