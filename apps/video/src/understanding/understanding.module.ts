import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { MediaModule } from '../media/media.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { AnalysisHandler } from './analysis.handler.ts';
import { CreateVideoAnalyses1796500000000 } from './analysis.migration.ts';
import { AnalysisService } from './analysis.service.ts';
import { AnalysisStore } from './analysis.store.ts';
import { VideoMeasurer } from './video-measurer.service.ts';

/** What is seen and heard in videos: scenes, spans, curves, best moments. Serves `video.analysis.*` and `video.curves.*`; the job `video.file.inspect` measures. */
@Module({
  imports: [
    MediaModule,
    VideosModule,
    PlatformModule.forFeature({ migrations: { schema: 'video', steps: [CreateVideoAnalyses1796500000000] } }),
  ],
  controllers: [AnalysisHandler],
  providers: [AnalysisStore, AnalysisService, VideoMeasurer],
  exports: [AnalysisService, VideoMeasurer],
})
export class UnderstandingModule {}
