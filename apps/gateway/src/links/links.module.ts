import { Module } from '@nestjs/common';
import { TracksModule } from '../tracks/tracks.module.ts';
import { LinksController } from './links.controller.ts';
import { FileLinks } from './links.service.ts';

/**
 * Room: gateway / links. How does somebody without an account get this one file, for a while?
 * Door: /v1/tracks/{id}/file/links, /v1/files/{token}. Leans on: the audio service, the blob store, the gateway's secret.
 */
@Module({ imports: [TracksModule], controllers: [LinksController], providers: [FileLinks] })
export class LinksModule {}
