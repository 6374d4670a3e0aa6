import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { AttachmentsController } from './attachments.controller.ts';

/** Uploads and files of attachments; the other routes of attachments only forward. */
@Module({ imports: [UploadsModule, DownloadsModule], controllers: [AttachmentsController] })
export class AttachmentsModule {}
