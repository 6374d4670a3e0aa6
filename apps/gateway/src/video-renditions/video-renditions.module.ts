import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { HlsController } from './hls.controller.ts';
import { HlsLinks } from './hls-links.service.ts';

/** The HLS streams of videos, and links to them for players without an account. Serves `/v1/videos/{videoId}/hls/…`, `/v1/hls/…` and `/v1/streams/…`. */
@Module({ imports: [DownloadsModule], controllers: [HlsController], providers: [HlsLinks] })
export class VideoRenditionsModule {}
