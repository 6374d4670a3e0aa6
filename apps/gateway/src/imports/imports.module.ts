import { Module } from '@nestjs/common';
import { OutboundModule } from '../outbound/outbound.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ImportWorker } from './import-worker.service.ts';
import { ImportsController } from './imports.controller.ts';
import { Imports } from './imports.service.ts';

/**
 * Room: gateway / imports. Fetch it for me.
 * Door: /v1/imports, jobs of the kind gateway.import. Leans on: outbound, uploads, the audio service.
 */
@Module({
  imports: [OutboundModule, UploadsModule],
  controllers: [ImportsController],
  providers: [Imports, ImportWorker],
})
export class ImportsModule {}
