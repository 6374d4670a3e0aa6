import { Module } from '@nestjs/common';
import { writeExport } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { DocumentsModule } from '../documents/documents.module.ts';
import { ExportHandler } from './export.handler.ts';
import { ExportJob } from './export.job.ts';
import { ExportService } from './export.service.ts';
import { ExportRow, ExportStore } from './export.store.ts';

/** Exports of documents as files. Serves `posts.export.*`; runs the job `posts.export.partition`. */
@Module({
  imports: [DocumentsModule, PlatformModule.forFeature({ entities: [ExportRow] })],
  controllers: [ExportHandler],
  providers: [
    ExportStore,
    ExportService,
    ExportJob,
    jobHandler(writeExport, ExportJob),
    erasedBy('documents.export', ExportService, (all, id) => all.remove(id)),
  ],
})
export class ExportsModule {}
