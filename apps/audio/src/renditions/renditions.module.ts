import { Module } from '@nestjs/common';
import { encodeTrackRendition } from '#contracts';
import { jobHandler, PlatformModule } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { RecordingsModule } from '../recordings/recordings.module.ts';
import { TracksModule } from '../tracks/tracks.module.ts';
import { Encoding, EncodingStore } from './encoding.store.ts';
import { RenditionHandler } from './rendition.handler.ts';
import { RenditionJob } from './rendition.job.ts';
import { RenditionService } from './rendition.service.ts';
import { RenditionRow, RenditionStore } from './rendition.store.ts';
import { RenditionEncoder } from './rendition-encoder.service.ts';

/** Renditions of tracks in other formats and sizes. Serves `audio.track-rendition.*`; runs the job `audio.rendition.encode`. */
@Module({
  imports: [MediaModule, RecordingsModule, TracksModule, PlatformModule.forFeature({ entities: [Encoding, RenditionRow] })],
  controllers: [RenditionHandler],
  providers: [
    ...[EncodingStore, RenditionStore, RenditionService, RenditionEncoder, RenditionJob],
    jobHandler(encodeTrackRendition, RenditionJob),
  ],
  exports: [RenditionService],
})
export class RenditionsModule {}
