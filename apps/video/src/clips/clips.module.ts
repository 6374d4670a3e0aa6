import { Controller, Module } from '@nestjs/common';
import { createVideoClip, encodeVideoClip, type RequestOf } from '#contracts';
import { Handles, jobHandler } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { UnderstandingModule } from '../understanding/understanding.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { ClipJob } from './clip.job.ts';
import { ClipService } from './clip.service.ts';
import { ClipStore } from './clip.store.ts';

@Controller()
export class ClipHandler {
  constructor(private readonly clips: ClipService) {}

  @Handles(createVideoClip)
  create(request: RequestOf<typeof createVideoClip>) {
    return this.clips.create(request);
  }
}

/** Clips of videos. Serves `video.video-clip.create.v1`; runs the job `video.clip.encode`. Its table comes with those of the videos, which have a column for it. */
@Module({
  imports: [MediaModule, UnderstandingModule, VideosModule],
  controllers: [ClipHandler],
  providers: [ClipStore, ClipService, ClipJob, jobHandler(encodeVideoClip, ClipJob)],
})
export class ClipsModule {}
