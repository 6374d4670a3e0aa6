import { Module } from '@nestjs/common';
import { writeExport } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { DocumentsModule } from '../documents/documents.module.ts';
import { ExportHandler } from './export.handler.ts';
import { ExportJob } from './export.job.ts';
import { ExportService } from './export.service.ts';
import { ExportRow, ExportStore } from './export.store.ts';
import { ExportJanitor } from './export-janitor.service.ts';
import { ExportSources } from './export-sources.service.ts';
import { EXPORTS_CONFIG, type ExportsConfig } from './exports.config.ts';
import { Partitions } from './partitions.service.ts';

const maxPerOwner = { from: EXPORTS_CONFIG, read: (config: ExportsConfig) => config.POSTS_EXPORTS_PER_OWNER };

/** Exports of rows as files. Serves `posts.export.*` and `posts.export-manifest.*`; runs the job `posts.export.write`. */
@Module({
  imports: [DocumentsModule, PlatformModule.forFeature({ entities: [ExportRow] })],
  controllers: [ExportHandler],
  providers: [
    ExportStore,
    ExportService,
    ExportJanitor,
    ExportSources,
    Partitions,
    ExportJob,
    jobHandler(writeExport, ExportJob, { maxPerOwner }),
    erasedBy('documents.export', ExportService, (all, id) => all.remove(id)),
  ],
  exports: [Partitions],
})
export class ExportsModule {}
