/** Measures a video on a worker thread. The worker starts ffmpeg, so no frames are copied between threads. */
import type { VideoInfo } from '../media/video-info.ts';
import { type MeasuredVideo, measureVideo } from './measure-video.ts';

export interface UnderstandingInput {
  /** Absolute. */
  readonly path: string;
  readonly info: VideoInfo;
  readonly ffmpegPath: string;
  readonly timeoutMs: number;
  /** Shared memory that receives the progress in whole percent; cheaper than messages. */
  readonly progress: Int32Array;
}

export default ({ path, info, ffmpegPath, timeoutMs, progress }: UnderstandingInput): Promise<MeasuredVideo> => {
  const onProgress = (share: number) => void Atomics.store(progress, 0, Math.round(100 * share));
  return measureVideo(path, info, { tools: { ffmpegPath }, timeoutMs, onProgress });
};
