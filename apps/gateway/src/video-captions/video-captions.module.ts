import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { CaptionsController } from './captions.controller.ts';

/** Captions of videos and their files. Serves `/v1/videos/{videoId}/captions/…`, and for players without an account `/v1/links/{token}/captions/…`. */
@Module({ imports: [UploadsModule, DownloadsModule], controllers: [CaptionsController] })
export class VideoCaptionsModule {}
