import { Module } from '@nestjs/common';
import { expireAccountExport, writeAccountExport } from '#contracts';
import { erasedBy, jobHandler, PlatformModule } from '#platform';
import { ExportsModule } from '../exports/exports.module.ts';
import { AccountExportHandler } from './account-export.handler.ts';
import { AccountExportJob, ExpiryJob } from './account-export.job.ts';
import { AccountExportService } from './account-export.service.ts';
import { AccountExportRow, AccountExportStore } from './account-export.store.ts';
import { AccountExportJanitor } from './account-export-janitor.service.ts';
import { ArchiveEntries } from './archive-entries.service.ts';

/**
 * All of one's data as a ZIP. Serves `posts.account-export.*`; runs the jobs `posts.account-export.write` and `posts.account-export.expire`. The table
 * stands in the schema `documents`.
 */
@Module({
  imports: [ExportsModule, PlatformModule.forFeature({ entities: [AccountExportRow] })],
  controllers: [AccountExportHandler],
  providers: [
    ...[AccountExportStore, AccountExportService, ArchiveEntries, AccountExportJob, AccountExportJanitor, ExpiryJob],
    jobHandler(writeAccountExport, AccountExportJob),
    jobHandler(expireAccountExport, ExpiryJob),
    erasedBy('documents.account_export', AccountExportService, (all, id) => all.erase(id)),
  ],
})
export class AccountExportsModule {}
