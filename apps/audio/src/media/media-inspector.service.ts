import { Inject, Injectable } from '@nestjs/common';
import { ffmpegTools } from '#media';
import { AUDIO_CONFIG, type AudioConfig } from '../config.ts';
import { inspectMedia } from './inspect-media.ts';
import type { MediaInfo } from './media-info.ts';

@Injectable() // looks at bytes before anything else does
export class MediaInspector {
  constructor(@Inject(AUDIO_CONFIG) private readonly config: AudioConfig) {}

  /** @throws Failure a `media-…` code that says why these bytes cannot be taken */
  inspect(path: string): Promise<MediaInfo> {
    const { ffprobePath } = ffmpegTools(this.config.FFMPEG_PATH);
    return inspectMedia(path, { ffprobePath, limits: { maxDurationSeconds: this.config.AUDIO_MAX_DURATION_SECONDS } });
  }
}
