/** Selects the audio stream of a file and classifies its video streams. */
import { audioCodecs, type ProbedStream, pictureCodecs } from '#media';
import type { MediaLimits } from './media-info.ts';

const knownCodecs: ReadonlySet<string> = new Set(audioCodecs);
const stillCodecs: ReadonlySet<string> = new Set(pictureCodecs);

/** The default audio stream, else the first; `unreadable` when none can be decoded. */
export function soundOf(streams: readonly ProbedStream[], limits: MediaLimits): ProbedStream | 'none' | 'unreadable' {
  const sounds = streams.filter((stream) => stream.codec_type === 'audio');
  if (sounds.length === 0) return 'none';
  const readable = sounds.filter((sound) => isReadable(sound, limits));
  return readable.find((sound) => sound.disposition.default === 1) ?? readable[0] ?? 'unreadable';
}

const isReadable = ({ codec_name, channels = 0, sample_rate = 0 }: ProbedStream, limits: MediaLimits): boolean =>
  knownCodecs.has(codec_name) &&
  within(channels, 1, limits.maxChannels) &&
  within(sample_rate, limits.minSampleRateHz, limits.maxSampleRateHz);

const within = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;

/** Cover art is a video stream of one picture. */
export const isCoverArt = (stream: ProbedStream): boolean => stream.disposition.attached_pic === 1;

export const isMovingPicture = (stream: ProbedStream): boolean => !isCoverArt(stream) && !stillCodecs.has(stream.codec_name);
