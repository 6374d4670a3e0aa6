import { Module } from '@nestjs/common';
import { erasedBy, PlatformModule } from '#platform';
import { SavedVideoHandler } from './saved-video.handler.ts';
import { SavedVideoService } from './saved-video.service.ts';
import { SavedVideoRow, SavedVideoStore } from './saved-video.store.ts';

/** Saved videos: links to videos at YouTube. Serves `audio.saved-video.*`. */
@Module({
  imports: [PlatformModule.forFeature({ entities: [SavedVideoRow] })],
  controllers: [SavedVideoHandler],
  providers: [SavedVideoStore, SavedVideoService, erasedBy('audio.saved_video', SavedVideoService, (videos, id) => videos.remove(id))],
  exports: [SavedVideoService],
})
export class SavedVideosModule {}
