import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { RenditionLinks } from './rendition-links.service.ts';
import { TrackRenditionsController } from './track-renditions.controller.ts';

/** Files of renditions, and links to them for people without an account. Serves `…/renditions/{renditionId}/file` and `/v1/renditions/{token}`. */
@Module({ imports: [DownloadsModule], controllers: [TrackRenditionsController], providers: [RenditionLinks] })
export class TrackRenditionsModule {}
