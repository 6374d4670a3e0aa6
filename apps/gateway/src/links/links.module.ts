import { Module } from '@nestjs/common';
import { TracksModule } from '../tracks/tracks.module.ts';
import { LinksController } from './links.controller.ts';
import { FileLinks } from './links.service.ts';

/** Signed, expiring links to a file for clients without an account: `/v1/tracks/{id}/file/links`, `/v1/files/{token}`. */
@Module({ imports: [TracksModule], controllers: [LinksController], providers: [FileLinks] })
export class LinksModule {}
