/** Cuts a clip out of a video, exact to the frame: it is decoded and encoded again. */
import { encodeFfmpeg, type FfmpegRun, type FfmpegTools, type Fraction, filter, filterChain } from '#media';
import { x264 } from '../encoders/video-encoders.ts';
import { constantRate, pictureFilters, sizeForShortSide, webVideoTarget } from '../media/video-filters.ts';
import { usedAudio } from '../media/video-findings.ts';
import type { AudioStream, VideoInfo } from '../media/video-info.ts';
import { audioFilters, withoutMetadata } from '../renditions/encode-arguments.ts';
import { type ClipFrames, timeOfFrame } from './clip-frames.ts';
import { type ClipLayout, layoutFilters } from './clip-layout.ts';

export interface ClipRequest extends ClipFrames {
  readonly rate: Fraction;
  /** Null: the size of the video. */
  readonly layout: ClipLayout | null;
  /** Existing folder for the result. */
  readonly folder: string;
  /** Name of the result in it. */
  readonly name: string;
}

export interface ClipOptions {
  readonly tools: FfmpegTools;
  /** In [1, 16]. */
  readonly threads: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Receives the share that is encoded, in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

export const clipMaxBytes = 16 * 2 ** 30;
/** Of a frame. Time stamps are rounded in some containers, so the seek lies before the first frame and the end before the first one too many. */
const earlyFrames = 0.25;

/**
 * H.264 and AAC in MP4, at the rate of the source, upright, in SDR.
 *
 * @param path absolute path of the file that `info` describes
 * @throws ToolFailure `media-undecodable`, `cancelled`, `deadline-exceeded`
 */
export async function encodeClip(path: string, info: VideoInfo, request: ClipRequest, options: ClipOptions): Promise<void> {
  const { signal, onProgress } = options;
  const seconds = timeOfFrame(request.endFrame - request.startFrame, request.rate);
  await encodeFfmpeg({ ...clipRun(path, info, request, options), signal }, (written) => onProgress(Math.min(1, written / seconds)));
}

type RunOptions = Pick<ClipOptions, 'tools' | 'threads' | 'timeoutMs'>;

/** How ffmpeg is run for it. */
export function clipRun(path: string, info: VideoInfo, request: ClipRequest, { tools, threads, timeoutMs }: RunOptions): FfmpegRun {
  const { startFrame, endFrame, rate, layout, folder, name } = request;
  const seconds = timeOfFrame(endFrame - startFrame, rate);
  const early = startFrame === 0 ? 0 : timeOfFrame(earlyFrames, rate);
  const audio = usedAudio(info);
  return {
    ...{ ffmpegPath: tools.ffmpegPath, path, folder, input: { demuxers: [info.demuxer], threads } },
    inputOptions: startFrame === 0 ? [] : ['-ss', (timeOfFrame(startFrame, rate) - early).toFixed(6)],
    outputs: [
      ...['-map', `0:${info.video.index}`, ...(audio ? ['-map', `0:${audio.index}`] : []), ...withoutMetadata],
      ...[
        '-vf',
        pictures(info, rate, early, layout),
        ...x264.options({ segmentFrames: 2 * framesPerSecond(rate), maxBitRate: 200_000_000, threads }),
      ],
      ...['-crf', '18', '-frames:v', String(endFrame - startFrame)],
      ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
      ...(audio ? ['-af', sound(audio, early, seconds), '-c:a', 'aac', '-b:a', '192k'] : []),
      ...['-movflags', '+faststart', '-f', 'mp4', name],
    ],
    wallClockMs: timeoutMs,
    cpuSeconds: Math.ceil((timeoutMs / 1_000) * (2 * threads + 1)),
    fileSizeBytes: clipMaxBytes,
  };
}

const framesPerSecond = ({ numerator, denominator }: Fraction) => Math.max(1, Math.round(numerator / denominator));

/** The first frame that is decoded becomes that of time 0. */
function pictures({ video }: VideoInfo, rate: Fraction, early: number, layout: ClipLayout | null): string {
  const whole = () => filterChain(...pictureFilters(video, sizeForShortSide(video, Number.MAX_SAFE_INTEGER), webVideoTarget));
  const shift = early === 0 ? [] : [`setpts=PTS-${early.toFixed(6)}/TB`];
  return filterChain(...shift, constantRate(rate), layout ? layoutFilters(video, layout) : whole());
}

const sound = (audio: AudioStream, early: number, seconds: number): string =>
  filterChain(
    audioFilters(audio),
    filter('atrim', { start: early, end: early + seconds }),
    early === 0 ? filter('anull') : `asetpts=PTS-${early.toFixed(6)}/TB`,
  );
