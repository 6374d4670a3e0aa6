import { Module } from '@nestjs/common';
import { gatewayExportPartition } from '#contracts';
import { jobHandler } from '#platform';
import { DownloadsModule } from '../downloads/downloads.module.ts';
import { IdentityModule } from '../identity/identity.module.ts';
import { AccountExportsController } from './account-exports.controller.ts';
import { AccountPartitionJob } from './account-partition.job.ts';
import { AccountRows } from './account-rows.store.ts';
import { ExportFilesController } from './export-files.controller.ts';

/**
 * Sends files of exports. Serves `…/exports/{exportId}/files/{number}`, `…/manifest`, `/v1/me/export/{accountExportId}/file` and links to it; the other
 * routes of exports only forward. Runs the job `gateway.export.partition`.
 */
@Module({
  imports: [DownloadsModule, IdentityModule],
  controllers: [ExportFilesController, AccountExportsController],
  providers: [AccountRows, AccountPartitionJob, jobHandler(gatewayExportPartition, AccountPartitionJob)],
})
export class ExportsModule {}
