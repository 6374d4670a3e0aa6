import { Module } from '@nestjs/common';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { ExportFilesController } from './export-files.controller.ts';

/** Sends files of exports. Serves `GET /v1/exports/{exportId}/files/{number}`; the other routes of exports only forward. */
@Module({ imports: [DownloadsModule], controllers: [ExportFilesController] })
export class ExportsModule {}
