import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { RecordingsModule } from '../recordings/recordings.module.ts';
import { TrackHandler } from './track.handler.ts';
import { TrackService } from './track.service.ts';
import { TrackRow, TrackStore } from './track.store.ts';

/** Tracks: the recordings of one owner, under the names that they gave. Serves `audio.track.*` and `audio.file.*`. */
@Module({
  imports: [RecordingsModule, PlatformModule.forFeature({ entities: [TrackRow] })],
  controllers: [TrackHandler],
  providers: [TrackStore, TrackService, erasedBy('audio.track', TrackService, (tracks, id) => tracks.remove(id))],
  exports: [TrackService],
})
export class TracksModule {}
