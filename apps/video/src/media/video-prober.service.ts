import { Inject, Injectable } from '@nestjs/common';
import { ToolFailure } from '#compute';
import { MEDIA_CONFIG, type MediaConfig } from './media.config.ts';
import { probeSeconds } from './media.metrics.ts';
import { MediaPrograms } from './media-programs.service.ts';
import { probeVideo } from './probe-video.ts';
import type { VideoInfo } from './video-info.ts';

@Injectable() // inspects an uploaded file before it is accepted
export class VideoProber {
  constructor(
    @Inject(MEDIA_CONFIG) private readonly config: MediaConfig,
    private readonly programs: MediaPrograms,
  ) {}

  /** @throws Failure a `media-…` code with the reason why the file is refused; `service-unavailable` while ffmpeg or ffprobe cannot run */
  async probe(path: string, declaredName?: string): Promise<VideoInfo> {
    await this.programs.require();
    const limits = { maxDurationSeconds: this.config.VIDEO_MAX_DURATION_SECONDS };
    const ended = probeSeconds.startTimer();
    try {
      return await probeVideo(path, { tools: this.programs.tools, limits, ...(declaredName !== undefined && { declaredName }) });
    } catch (error) {
      // A program that was removed or broken since the last check is not the fault of the file.
      if (couldNotRun(error)) await this.programs.requireAnew();
      throw error;
    } finally {
      ended();
    }
  }
}

/** Wrappers and the dynamic loader exit with 126 or 127 when the program cannot be executed. */
const couldNotRun = (error: unknown): boolean =>
  (error instanceof ToolFailure && (error.end === 'not-started' || error.exitCode === 126 || error.exitCode === 127)) ||
  (error instanceof Error && error.cause !== undefined && couldNotRun(error.cause));
