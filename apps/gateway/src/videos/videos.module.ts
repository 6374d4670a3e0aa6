import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { VideoFilesController } from './video-files.controller.ts';
import { VideosController } from './videos.controller.ts';

/** Videos, their files and pictures, and links to posters for people without an account. Serves `/v1/videos` and `/v1/links/{token}/poster`. */
@Module({ imports: [UploadsModule, DownloadsModule], controllers: [VideosController, VideoFilesController] })
export class VideosModule {}
