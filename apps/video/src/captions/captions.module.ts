import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { VideoDependents } from '../videos/video-dependents.service.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { CaptionHandler } from './caption.handler.ts';
import { CreateVideoCaptions1797300000000 } from './caption.migration.ts';
import { CaptionService } from './caption.service.ts';
import { CaptionRow, CaptionStore } from './caption.store.ts';
import { CaptionFileStore } from './caption-files.service.ts';
import { EmbeddedCaptionReader } from './embedded-captions.service.ts';

/** Captions of videos: files that owners send, and tracks of the video files. Serves `video.video-caption.*`, `video.caption-file.*` and `video.stream-caption.*`. */
@Module({
  imports: [
    MediaModule,
    VideosModule,
    PlatformModule.forFeature({ entities: [CaptionRow], migrations: { schema: 'video', steps: [CreateVideoCaptions1797300000000] } }),
  ],
  controllers: [CaptionHandler],
  providers: [CaptionStore, CaptionFileStore, CaptionService, EmbeddedCaptionReader],
  exports: [CaptionService, EmbeddedCaptionReader],
})
export class CaptionsModule {
  constructor(dependents: VideoDependents, captions: CaptionService) {
    dependents.add(captions);
  }
}
