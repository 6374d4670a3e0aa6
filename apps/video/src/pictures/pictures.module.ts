import { Module } from '@nestjs/common';
import { inspectVideo } from '#contracts';
import { jobHandler } from '#platform';
import { CaptionsModule } from '../captions/captions.module.ts';
import { MediaModule } from '../media/media.module.ts';
import { UnderstandingModule } from '../understanding/understanding.module.ts';
import { VideosModule } from '../videos/videos.module.ts';
import { InspectionJob } from './inspection-job.service.ts';
import { PictureHandler } from './picture.handler.ts';
import { PictureService } from './picture.service.ts';
import { PictureStore } from './picture.store.ts';
import { PictureFormats } from './picture-formats.service.ts';
import { PictureMaker } from './picture-maker.service.ts';
import { PreviewService } from './preview.service.ts';

/**
 * Posters, thumbnails, storyboards and animated previews, and the job that reads a new video whole. Serves `video.poster.*`, `video.thumbnail.*`, `video.preview.*` and
 * `video.storyboard.*`;
 * runs the job `video.file.inspect`.
 */
@Module({
  imports: [MediaModule, VideosModule, UnderstandingModule, CaptionsModule],
  controllers: [PictureHandler],
  providers: [
    PictureStore,
    PictureFormats,
    PictureMaker,
    PictureService,
    PreviewService,
    InspectionJob,
    jobHandler(inspectVideo, InspectionJob),
  ],
})
export class PicturesModule {}
