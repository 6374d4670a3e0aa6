import { Injectable } from '@nestjs/common';
import { Compute, task } from '#compute';
import { MediaPrograms } from '../media/media-programs.service.ts';
import type { VideoInfo } from '../media/video-info.ts';
import type { MeasuredVideo } from './measure-video.ts';
import type { UnderstandingInput } from './understanding.worker.ts';

const measure = task<UnderstandingInput, MeasuredVideo>('./understanding.worker', import.meta.url);
const progressIntervalMs = 500;

export interface MeasuringOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called twice a second with the share that is decoded, in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

@Injectable() // decodes a local file whole on a worker thread
export class VideoMeasurer {
  constructor(
    private readonly compute: Compute,
    private readonly programs: MediaPrograms,
  ) {}

  /** @throws Failure `media-undecodable`, `overloaded`, `cancelled`, `deadline-exceeded` */
  async measure(path: string, info: VideoInfo, { timeoutMs, signal, onProgress }: MeasuringOptions): Promise<MeasuredVideo> {
    const progress = new Int32Array(new SharedArrayBuffer(4));
    const { ffmpegPath } = this.programs.tools;
    const reporter = setInterval(() => onProgress(Atomics.load(progress, 0) / 100), progressIntervalMs);
    try {
      return await this.compute.run(measure, { path, info, ffmpegPath, timeoutMs, progress }, { signal });
    } finally {
      clearInterval(reporter);
    }
  }
}
