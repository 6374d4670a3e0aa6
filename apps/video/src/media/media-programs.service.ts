import { Inject, Injectable } from '@nestjs/common';
import { type FfmpegTools, ffmpegTools, ProgramCheck } from '#media';
import { Dependencies, Lifecycle } from '#platform';
import { MEDIA_CONFIG, type MediaConfig } from './media.config.ts';

/** How a job waits while ffmpeg or ffprobe cannot run. */
export const untilProgramsRun = { phase: 'waiting', atMostMs: 10_000 } as const;

@Injectable() // checks that ffmpeg and ffprobe can run: for readiness, uploads, pictures and jobs
export class MediaPrograms {
  readonly tools: FfmpegTools;
  private readonly check: ProgramCheck;

  constructor(@Inject(MEDIA_CONFIG) config: Pick<MediaConfig, 'FFMPEG_PATH'>, dependencies: Dependencies, lifecycle: Lifecycle) {
    this.tools = ffmpegTools(config.FFMPEG_PATH);
    this.check = new ProgramCheck(this.tools, { signal: lifecycle.stopping });
    dependencies.add({ name: 'ffmpeg', required: true, check: () => this.check.lastKnown() });
  }

  /** @throws Failure `service-unavailable` while ffmpeg or ffprobe cannot run */
  require(): Promise<void> {
    return this.check.require();
  }

  /** Checks again after a failure that a missing program may have caused. Throws the same. */
  requireAnew(): Promise<void> {
    return this.check.requireAnew();
  }
}
