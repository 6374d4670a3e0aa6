import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ScoreVideos } from './score-videos.service.ts';
import { VideoScoringController } from './video-scoring.controller.ts';

/** Takes lines of metadata and sends their scores. Serves `POST /v1/videos/score`; the other routes of scoring only forward. */
@Module({ imports: [UploadsModule, DownloadsModule], controllers: [VideoScoringController], providers: [ScoreVideos] })
export class VideoScoringModule {}
