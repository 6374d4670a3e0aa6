import { Module } from '@nestjs/common';
import { describeSavedVideo } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { ProviderSearchModule } from '../provider-search/provider-search.module.ts';
import { DescribeVideoJob } from './describe-video.job.ts';
import { SavedVideoHandler } from './saved-video.handler.ts';
import { SavedVideoService } from './saved-video.service.ts';
import { SavedVideoRow, SavedVideoStore } from './saved-video.store.ts';

/** Saved videos: links to videos at YouTube. Serves `audio.saved-video.*`; runs `audio.saved-video.describe`. */
@Module({
  imports: [ProviderSearchModule, PlatformModule.forFeature({ entities: [SavedVideoRow] })],
  controllers: [SavedVideoHandler],
  providers: [
    jobHandler(describeSavedVideo, DescribeVideoJob),
    DescribeVideoJob,
    SavedVideoStore,
    SavedVideoService,
    erasedBy('audio.saved_video', SavedVideoService, (videos, id) => videos.remove(id)),
  ],
  exports: [SavedVideoService],
})
export class SavedVideosModule {}
