import { Module } from '@nestjs/common';
import { FileSender } from './file-sender.service.ts';
import { SignedLinks } from './signed-links.service.ts';

/** Sends files of the blob store (ranges, ETag, Content-Disposition) and makes signed links to them; features add the routes. */
@Module({ providers: [FileSender, SignedLinks], exports: [FileSender, SignedLinks] })
export class DownloadsModule {}
