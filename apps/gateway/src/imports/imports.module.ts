import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ImportWorker } from './import-worker.service.ts';
import { ImportsController } from './imports.controller.ts';
import { Imports } from './imports.service.ts';

/**
 * Imports: files fetched from public URLs. Serves `/v1/imports`; runs the job `gateway.import`. Needs outbound requests, uploads and the
 * audio service.
 */
@Module({
  imports: [OutboundModule, UploadsModule],
  controllers: [ImportsController],
  providers: [Imports, ImportWorker],
})
export class ImportsModule {}
