import { Controller, Module } from '@nestjs/common';
import { createAudiogram, encodeAudiogram, type RequestOf } from '#contracts';
import { Handles, jobHandler } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { AudiogramJob } from './audiogram.job.ts';
import { AudiogramService } from './audiogram.service.ts';

@Controller()
export class AudiogramHandler {
  constructor(private readonly audiograms: AudiogramService) {}

  @Handles(createAudiogram)
  create(request: RequestOf<typeof createAudiogram>) {
    return this.audiograms.create(request);
  }
}

/** Tracks as videos. Serves `video.audiogram.create.v1`; runs the job `video.audiogram.encode`. */
@Module({
  imports: [MediaModule, VideosModule],
  controllers: [AudiogramHandler],
  providers: [AudiogramService, AudiogramJob, jobHandler(encodeAudiogram, AudiogramJob)],
})
export class AudiogramsModule {}
