import { Module } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { FinishUploads } from './finish-uploads.service.ts';
import { PartFolder } from './part-file.ts';
import { Presence } from './presence.service.ts';
import { RESUMABLE_LIMITS, type ResumableLimits, uploadFolderOf } from './resumable.config.ts';
import { ResumableController } from './resumable.controller.ts';
import { ResumableUploads } from './resumable-uploads.service.ts';
import { UploadStore } from './upload.store.ts';
import { UploadCare } from './upload-care.service.ts';
import { UploadTakers } from './upload-takers.service.ts';

const limits = (config: GatewayConfig): ResumableLimits => ({
  maxBytes: config.GATEWAY_UPLOAD_MAX_BYTES,
  idleMs: config.GATEWAY_UPLOAD_IDLE_MS,
  expirySeconds: config.GATEWAY_UPLOAD_EXPIRY_SECONDS,
  perOwner: config.GATEWAY_UPLOADS_PER_USER,
  bytesPerOwner: config.GATEWAY_UPLOADS_BYTES_PER_USER,
});

/**
 * Room: gateway / resumable. How do large files get in over bad lines?
 * Door: /v1/uploads (tus 1.0.0). Leans on: PostgreSQL (gateway.upload), a folder that all copies share, the blob store, the audio service.
 * Tells: gateway_resumable_*.
 */
@Module({
  imports: [UploadsModule],
  controllers: [ResumableController],
  providers: [
    ResumableUploads,
    FinishUploads,
    UploadTakers,
    UploadStore,
    Presence,
    UploadCare,
    { provide: PartFolder, useFactory: (config: GatewayConfig) => new PartFolder(uploadFolderOf(config)), inject: [GATEWAY_CONFIG] },
    { provide: RESUMABLE_LIMITS, useFactory: limits, inject: [GATEWAY_CONFIG] },
  ],
})
export class ResumableModule {}
