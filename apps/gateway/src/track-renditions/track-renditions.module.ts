import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { PlaybackController } from './playback.controller.ts';
import { RenditionLinks } from './rendition-links.service.ts';
import { TrackRenditionsController } from './track-renditions.controller.ts';

/**
 * Files of renditions, links to them for people without an account, and the choice of a file that fits the network. Serves
 * `…/renditions/{renditionId}/file`, `/v1/links/{token}/rendition`, `…/playback` and `…/stream`.
 */
@Module({ imports: [DownloadsModule], controllers: [TrackRenditionsController, PlaybackController], providers: [RenditionLinks] })
export class TrackRenditionsModule {}
