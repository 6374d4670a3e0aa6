import { Inject, Injectable } from '@nestjs/common';
import { ToolFailure } from '#compute';
import { ffmpegTools, ProgramCheck } from '#media';
import { Dependencies, Lifecycle } from '#platform';
import { inspectMedia } from './inspect-media.ts';
import { MEDIA_CONFIG, type MediaConfig } from './media.config.ts';
import type { MediaInfo } from './media-info.ts';

@Injectable() // inspects bytes before anything else does
export class MediaInspector {
  private readonly programs: ProgramCheck;

  constructor(
    @Inject(MEDIA_CONFIG) private readonly config: MediaConfig,
    dependencies: Dependencies,
    lifecycle: Lifecycle,
  ) {
    this.programs = new ProgramCheck(ffmpegTools(config.FFMPEG_PATH), { signal: lifecycle.stopping });
    dependencies.add({ name: 'ffmpeg', required: true, check: () => this.programs.lastKnown() });
  }

  /** @throws Failure a `media-…` code that says why these bytes cannot be taken; `service-unavailable` while ffmpeg or ffprobe cannot run */
  async inspect(path: string): Promise<MediaInfo> {
    await this.programs.require();
    const { ffprobePath } = ffmpegTools(this.config.FFMPEG_PATH);
    const limits = { maxDurationSeconds: this.config.AUDIO_MAX_DURATION_SECONDS };
    return inspectMedia(path, { ffprobePath, limits }).catch((error: unknown) => this.blameProgram(error));
  }

  /** A program that was removed or broken since the last check is not the fault of the file. */
  private async blameProgram(error: unknown): Promise<never> {
    if (couldNotRun(error)) {
      this.programs.invalidate();
      await this.programs.require();
    }
    throw error;
  }
}

/** 126 and 127 are what a wrapper or the dynamic loader exits with when the program cannot be executed. */
const couldNotRun = (error: unknown): boolean =>
  error instanceof ToolFailure && (error.end === 'not-started' || error.exitCode === 126 || error.exitCode === 127);
