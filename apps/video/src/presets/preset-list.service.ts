import { Inject, Injectable } from '@nestjs/common';
import type { VideoPresetInfo } from '#contracts';
import { EncoderChoice } from '../encoders/encoder-choice.service.ts';
import { MediaPrograms } from '../media/media-programs.service.ts';
import { usedAudio } from '../media/video-findings.ts';
import type { VideoInfo } from '../media/video-info.ts';
import { possiblePresets, presets } from '../renditions/presets.ts';
import { RENDITIONS_CONFIG, type RenditionsConfig } from '../renditions/renditions.config.ts';
import { VideoService } from '../videos/video.service.ts';
import { audiogramPreset, exampleSource, renditionPreset, verticalPreset } from './preset-commands.ts';

@Injectable() // shows the presets, with what they make of a video and how
export class PresetList {
  constructor(
    private readonly videos: VideoService,
    private readonly encoders: EncoderChoice,
    private readonly programs: MediaPrograms,
    @Inject(RENDITIONS_CONFIG) private readonly config: RenditionsConfig,
  ) {}

  /** Those of a video of the caller, or of the installation. @throws Failure `video-not-found` */
  async list(videoId: string | undefined): Promise<VideoPresetInfo[]> {
    const info = videoId === undefined ? exampleSource : (await this.videos.find(videoId)).source.info;
    const options = {
      tools: this.programs.tools,
      threads: this.config.VIDEO_ENCODE_THREADS,
      timeoutMs: this.config.VIDEO_ENCODE_TIMEOUT_MS,
    };
    const possible = possiblePresets({ ...info.video, hasAudio: hasSound(info), codecs: await this.encoders.codecs() });
    return [
      ...possible.map((name) => renditionPreset(name, info, this.encoders.likely(presets[name].codec ?? 'h264'), options)),
      verticalPreset(info, options),
      ...(videoId === undefined ? [audiogramPreset(options)] : []),
    ];
  }
}

const hasSound = (info: VideoInfo) => usedAudio(info) !== undefined;
