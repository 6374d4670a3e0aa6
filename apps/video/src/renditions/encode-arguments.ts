/** Arguments of ffmpeg for one rung of H.264 or one track of AAC, as fragmented MP4 on a pipe: one fragment is one segment of HLS. */
import { filter, filterChain, outputPipe, soundMp4 } from '#media';
import type { VideoEncoder } from '../encoders/video-encoders.ts';
import { decimal } from '../media/frame-rate.ts';
import { constantRate, pictureFilters, webVideoTarget } from '../media/video-filters.ts';
import type { AudioStream, VideoInfo, VideoStream } from '../media/video-info.ts';
import type { Rung } from './ladder.ts';

export const audioChannels = 2;

/** Frames of one segment: the whole number nearest to the wanted time, so that each segment begins with a forced key frame at any rate. */
export const framesPerSegment = ({ frameRate }: Rung, segmentSeconds: number): number =>
  Math.max(1, Math.round(segmentSeconds * decimal(frameRate)));

export interface PictureArguments {
  /** Each is an output of its own; the source is decoded once. All have the frame rate of the first. */
  readonly rungs: readonly Rung[];
  readonly segmentFrames: number;
  /** Where the encode begins, in segments from the start. */
  readonly fromSegment: number;
  /** Encoder threads in [1, 16]. */
  readonly threads: number;
  readonly encoder: VideoEncoder;
}

export interface EncodeArguments {
  readonly inputOptions: readonly string[];
  readonly outputs: readonly string[];
}

export function pictureArguments(
  info: VideoInfo,
  { rungs, segmentFrames, fromSegment, threads, encoder }: PictureArguments,
): EncodeArguments {
  const fromFrame = fromSegment * segmentFrames;
  const rate = decimal(rungs[0]!.frameRate);
  // A quarter of a frame early: time stamps are rounded in some containers, and the frame that the segment begins with must not be skipped.
  const seek = fromFrame === 0 ? [] : ['-ss', ((fromFrame - 0.25) / rate).toFixed(6)];
  const offset = ['-output_ts_offset', (fromFrame / rate).toFixed(6)];
  const outputs = rungs.flatMap((rung, index) => [
    ...rungArguments(info, rung, encoder, { segmentFrames, threads }),
    ...[...offset, ...fragmentedMp4(index)],
  ]);
  return { inputOptions: [...encoder.inputOptions, ...seek], outputs };
}

const rungArguments = (
  { video }: VideoInfo,
  rung: Rung,
  encoder: VideoEncoder,
  { segmentFrames, threads }: { segmentFrames: number; threads: number },
): string[] => [
  ...['-map', `0:${video.index}`, ...withoutMetadata, '-vf', videoFilters(video, rung, encoder)],
  ...encoder.options({ segmentFrames, threads, maxBitRate: rung.maxBitRate }),
  ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
];

/** The rotation is in the pixels: ffmpeg turns the picture when it decodes, and writes no matrix. */
const videoFilters = (video: VideoStream, rung: Rung, { uploadFilter }: VideoEncoder): string => {
  const picture = filterChain(
    constantRate(rung.frameRate),
    ...pictureFilters(video, rung, webVideoTarget),
    filter('setparams', { color_primaries: ':bt709', color_trc: ':bt709', colorspace: ':bt709', range: ':tv' }),
  );
  return uploadFilter === null ? picture : `${picture},${uploadFilter}`;
};

export const soundArguments = (audio: AudioStream, segmentSeconds: number): EncodeArguments => ({
  inputOptions: [],
  outputs: [
    ...['-map', `0:${audio.index}`, ...withoutMetadata, '-af', audioFilters(audio), '-c:a', 'aac', '-b:a', '128k'],
    ...['-frag_duration', String(segmentSeconds * 1_000_000), ...soundMp4(0)],
  ],
});

/**
 * Gaps become silence, so that sound stays in sync. In floating point the mix of more than two channels keeps its loudness (ITU-R BS.775 without
 * normalisation); peaks above full scale are limited.
 */
export const audioFilters = ({ channels }: AudioStream): string =>
  filterChain(
    filter('aresample', { async: 1, first_pts: 0 }),
    filter('aformat', { sample_fmts: ':fltp' }),
    filter('aformat', { sample_fmts: ':fltp', sample_rates: 48_000, channel_layouts: ':stereo' }),
    ...(channels > audioChannels ? [filter('alimiter', { limit: 0.95, level: 0 })] : []),
  );

export const withoutMetadata = ['-map_metadata', '-1', '-map_chapters', '-1'];

/**
 * `delay_moov` and `dash` make the edit list right, `frag_discont` and `avoid_negative_ts` let the time stamps of all tracks count from the same 0: the
 * segments of a resumed encode follow those that were there, and its initialisation segment is the same to the byte.
 */
const fragmentedMp4 = (index: number): string[] => [
  ...['-avoid_negative_ts', 'disabled', '-f', 'mp4'],
  ...['-movflags', '+frag_keyframe+dash+delay_moov+frag_discont+skip_trailer'],
  outputPipe(index),
];
