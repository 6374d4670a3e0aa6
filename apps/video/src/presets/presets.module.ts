import { Controller, Module } from '@nestjs/common';
import { listVideoPresets, type RequestOf } from '#contracts';
import { Handles } from '#platform';
import { EncodersModule } from '../encoders/encoders.module.ts';
import { MediaModule } from '../media/media.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { PresetList } from './preset-list.service.ts';

@Controller()
export class PresetHandler {
  constructor(private readonly presets: PresetList) {}

  @Handles(listVideoPresets)
  async list({ videoId }: RequestOf<typeof listVideoPresets>) {
    return { items: await this.presets.list(videoId), nextCursor: null };
  }
}

/** Presets with their commands. Serves `video.video-preset.list.v1`. */
@Module({ imports: [EncodersModule, MediaModule, VideosModule], controllers: [PresetHandler], providers: [PresetList] })
export class PresetsModule {}
