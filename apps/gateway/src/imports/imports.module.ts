import { Module } from '@nestjs/common';
import { importFile } from '#contracts';
import { jobHandler, OutboundModule } from '#platform';
import { JobsModule } from '../jobs/jobs.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ImportWorker } from './import-worker.service.ts';
import { IMPORTS_CONFIG, type ImportsConfig } from './imports.config.ts';
import { ImportsController } from './imports.controller.ts';
import { Imports } from './imports.service.ts';

const limits = {
  concurrency: { from: IMPORTS_CONFIG, read: (config: ImportsConfig) => config.GATEWAY_IMPORTS_AT_ONCE },
  maxPerOwner: { from: IMPORTS_CONFIG, read: (config: ImportsConfig) => config.GATEWAY_IMPORTS_PER_OWNER },
};

/**
 * Imports: files fetched from public URLs. Serves `/v1/imports`; runs the job `gateway.file.import`. Needs outbound requests, uploads and the
 * audio service.
 */
@Module({
  imports: [OutboundModule, UploadsModule, JobsModule],
  controllers: [ImportsController],
  providers: [Imports, ImportWorker, jobHandler(importFile, ImportWorker, limits)],
})
export class ImportsModule {}
