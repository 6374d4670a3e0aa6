/** Arguments of ffmpeg for one rung of H.264 and one track of AAC, as fragmented MP4 for HLS. */
import { filter, filterChain } from '#media';
import { decimal } from '../media/frame-rate.ts';
import { constantRate, pictureFilters, webVideoTarget } from '../media/video-filters.ts';
import type { AudioStream, VideoInfo, VideoStream } from '../media/video-info.ts';
import type { Rung } from './ladder.ts';

export const videoFiles = { init: 'video-init.mp4', segments: 'video-%05d.m4s', playlist: 'video.m3u8' } as const;
export const audioFiles = { init: 'audio-init.mp4', segments: 'audio-%05d.m4s', playlist: 'audio.m3u8' } as const;

export const audioChannels = 2;

/** Frames of one segment: the whole number nearest to the wanted time, so that each segment begins with a forced key frame at any rate. */
export const framesPerSegment = ({ frameRate }: Rung, segmentSeconds: number): number =>
  Math.max(1, Math.round(segmentSeconds * decimal(frameRate)));

export interface VideoArguments {
  readonly rung: Rung;
  readonly segmentSeconds: number;
  /** Encoder threads in [1, 16]. */
  readonly threads: number;
}

export function videoArguments({ video }: VideoInfo, { rung, segmentSeconds, threads }: VideoArguments): string[] {
  const frames = framesPerSegment(rung, segmentSeconds);
  // Half a frame less, so that a key frame is never just before the time at which the muxer cuts.
  const cutSeconds = (frames - 0.5) / decimal(rung.frameRate);
  return [
    ...['-map', `0:${video.index}`, ...withoutMetadata, '-vf', videoFilters(video, rung)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '23'],
    ...['-maxrate', String(rung.maxBitRate), '-bufsize', String(2 * rung.maxBitRate), '-threads', String(threads)],
    ...['-g', String(frames), '-keyint_min', String(frames), '-sc_threshold', '0', '-x264-params', 'open-gop=0'],
    ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ...hlsArguments(videoFiles, cutSeconds),
  ];
}

/** The rotation is in the pixels: ffmpeg turns the picture when it decodes, and writes no matrix. */
const videoFilters = (video: VideoStream, rung: Rung): string =>
  filterChain(
    constantRate(rung.frameRate),
    ...pictureFilters(video, rung, webVideoTarget),
    filter('setparams', { color_primaries: ':bt709', color_trc: ':bt709', colorspace: ':bt709', range: ':tv' }),
  );

export const audioArguments = (audio: AudioStream, segmentSeconds: number): string[] => [
  ...['-map', `0:${audio.index}`, ...withoutMetadata, '-af', audioFilters(audio), '-c:a', 'aac', '-b:a', '128k'],
  ...hlsArguments(audioFiles, segmentSeconds),
];

/**
 * Gaps become silence, so that sound stays in sync. In floating point the mix of more than two channels keeps its loudness (ITU-R BS.775 without
 * normalisation); peaks above full scale are limited.
 */
const audioFilters = ({ channels }: AudioStream): string =>
  filterChain(
    filter('aresample', { async: 1, first_pts: 0 }),
    filter('aformat', { sample_fmts: ':fltp' }),
    filter('aformat', { sample_fmts: ':fltp', sample_rates: 48_000, channel_layouts: ':stereo' }),
    ...(channels > audioChannels ? [filter('alimiter', { limit: 0.95, level: 0 })] : []),
  );

const withoutMetadata = ['-map_metadata', '-1', '-map_chapters', '-1'];

/** With these two options the time stamps of all tracks count from the same 0, and segments of a resumed encode would fit. */
const commonTimeline = ['-avoid_negative_ts', 'disabled', '-hls_segment_options', 'movflags=+frag_discont'];

const hlsArguments = (files: { init: string; segments: string; playlist: string }, cutSeconds: number): string[] => [
  ...['-f', 'hls', '-hls_time', cutSeconds.toFixed(6), '-hls_list_size', '0', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
  ...[...commonTimeline, '-hls_fmp4_init_filename', files.init, '-hls_segment_filename', files.segments, files.playlist],
];
