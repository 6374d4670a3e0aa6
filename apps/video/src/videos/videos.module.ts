import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { CreateVideoClips1797300100000 } from '../clips/clip.migration.ts';
import { MediaModule } from '../media/media.module.ts';
import { AnnounceVideos1796600000000 } from './announce-videos.migration.ts';
import { MadeVideos } from './made-videos.service.ts';
import { SourceService } from './source.service.ts';
import { Source, SourceStore } from './source.store.ts';
import { VideoHandler } from './video.handler.ts';
import { CreateVideos1795600400000 } from './video.migration.ts';
import { VideoService } from './video.service.ts';
import { VideoRow, VideoStore } from './video.store.ts';
import { VideoDependents } from './video-dependents.service.ts';

/** Videos: the files of one owner, under the names that they gave, over sources that all owners share. Serves `video.video.*` and `video.file.*`. */
@Module({
  imports: [
    MediaModule,
    PlatformModule.forFeature({
      entities: [Source, VideoRow],
      migrations: { schema: 'video', steps: [CreateVideos1795600400000, AnnounceVideos1796600000000, CreateVideoClips1797300100000] },
    }),
  ],
  controllers: [VideoHandler],
  providers: [
    SourceStore,
    SourceService,
    VideoStore,
    VideoService,
    MadeVideos,
    VideoDependents,
    erasedBy('video.video', VideoService, (videos, id) => videos.remove(id)),
  ],
  exports: [SourceStore, SourceService, VideoService, MadeVideos, VideoDependents],
})
export class VideosModule {}
