import { Module } from '@nestjs/common';
import { encodeVideoRendition } from '#contracts';
import { jobHandler, PlatformModule } from '#platform';
import { EncodersModule } from '../encoders/encoders.module.ts';
import { MediaModule } from '../media/media.module.ts';
import { VideoDependents } from '../videos/video-dependents.service.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { AnnounceVideoRenditions1797900000000 } from './announce-renditions.migration.ts';
import { EncodingStore } from './encoding.store.ts';
import { RenditionHandler } from './rendition.handler.ts';
import { CreateVideoRenditions1795600500000 } from './rendition.migration.ts';
import { RenditionService } from './rendition.service.ts';
import { RenditionRow, RenditionStore } from './rendition.store.ts';
import { RenditionEncoder } from './rendition-encoder.service.ts';
import { RenditionJob } from './rendition-job.service.ts';
import { SOURCE_VIDEOS, SourceVideoStore } from './source-video.store.ts';
import { StreamService } from './stream.service.ts';

/**
 * Renditions of videos, encoded once for all owners of the same bytes, and their streams. Serves `video.video-rendition.*`, `video.stream.*` and
 * `video.segment.*`; runs the job `video.rendition.encode`.
 */
@Module({
  imports: [
    EncodersModule,
    MediaModule,
    VideosModule,
    PlatformModule.forFeature({
      entities: [RenditionRow],
      migrations: { schema: 'video', steps: [CreateVideoRenditions1795600500000, AnnounceVideoRenditions1797900000000] },
    }),
  ],
  controllers: [RenditionHandler],
  providers: [
    ...[EncodingStore, RenditionStore, RenditionService, StreamService, RenditionEncoder, RenditionJob],
    { provide: SOURCE_VIDEOS, useClass: SourceVideoStore },
    jobHandler(encodeVideoRendition, RenditionJob),
  ],
})
export class RenditionsModule {
  constructor(dependents: VideoDependents, renditions: RenditionService) {
    dependents.add(renditions);
  }
}
