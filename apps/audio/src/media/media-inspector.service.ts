import { Inject, Injectable } from '@nestjs/common';
import { ToolFailure } from '#compute/tools';
import { inspectMedia } from './inspect-media.ts';
import { MEDIA_CONFIG, type MediaConfig } from './media.config.ts';
import type { MediaInfo } from './media-info.ts';
import { MediaPrograms } from './media-programs.service.ts';

@Injectable() // inspects an uploaded file before it is accepted
export class MediaInspector {
  constructor(
    @Inject(MEDIA_CONFIG) private readonly config: MediaConfig,
    private readonly programs: MediaPrograms,
  ) {}

  /** @throws Failure a `media-…` code with the reason why the file is refused; `service-unavailable` while ffmpeg or ffprobe cannot run */
  async inspect(path: string): Promise<MediaInfo> {
    await this.programs.require();
    const { ffprobePath } = this.programs.tools;
    const limits = { maxDurationSeconds: this.config.AUDIO_MAX_DURATION_SECONDS };
    try {
      return await inspectMedia(path, { ffprobePath, limits });
    } catch (error) {
      // A program that was removed or broken since the last check is not the fault of the file.
      if (couldNotRun(error)) await this.programs.requireAnew();
      throw error;
    }
  }
}

/** Wrappers and the dynamic loader exit with 126 or 127 when the program cannot be executed. */
const couldNotRun = (error: unknown): boolean =>
  error instanceof ToolFailure && (error.end === 'not-started' || error.exitCode === 126 || error.exitCode === 127);
