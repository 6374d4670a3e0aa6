import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.ts';
import { MediaUploads } from './media-uploads.service.ts';
import { SentFiles } from './sent-files.service.ts';
import { UPLOAD_LIMITS, UPLOADS_CONFIG, type UploadLimits, type UploadsConfig } from './uploads.config.ts';
import { Uploads } from './uploads.service.ts';

const limits = (config: UploadsConfig): UploadLimits => ({
  maxBytes: config.GATEWAY_UPLOAD_MAX_BYTES,
  idleMs: config.GATEWAY_UPLOAD_IDLE_MS,
});

/**
 * Writes uploaded files into the blob store and makes resources of them: from multipart forms (@fastify/multipart, which the gateway registers), imports and resumable uploads.
 */
@Module({
  imports: [JobsModule],
  providers: [Uploads, MediaUploads, SentFiles, { provide: UPLOAD_LIMITS, useFactory: limits, inject: [UPLOADS_CONFIG] }],
  exports: [Uploads, MediaUploads, SentFiles],
})
export class UploadsModule {}
