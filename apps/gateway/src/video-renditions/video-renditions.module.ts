import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { LadderController } from './ladder.controller.ts';
import { StreamLinks } from './stream-links.service.ts';
import { StreamsController } from './streams.controller.ts';

/**
 * The HLS and DASH streams of videos, and links to them for players without an account. Serves `/v1/videos/{videoId}/{ladder,hls,dash}/…` and
 * `/v1/links/{token}/{hls,dash,streams}/…`.
 */
@Module({ imports: [DownloadsModule], controllers: [LadderController, StreamsController], providers: [StreamLinks] })
export class VideoRenditionsModule {}
