import { Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { UploadsModule } from '../uploads.module.ts';
import { FinalUploadStore } from './final-upload.store.ts';
import { FinalUploads } from './final-uploads.service.ts';
import { InstanceLiveness } from './instance-liveness.service.ts';
import { PartFolder } from './part-file.ts';
import { RESUMABLE_CONFIG, RESUMABLE_LIMITS, type ResumableConfig, type ResumableLimits, uploadFolderOf } from './resumable.config.ts';
import { ResumableController } from './resumable.controller.ts';
import { ResumableUploads } from './resumable-uploads.service.ts';
import { UploadStore } from './upload.store.ts';
import { UploadCompletion } from './upload-completion.service.ts';
import { UploadConsumers } from './upload-consumers.service.ts';
import { UploadJanitor } from './upload-janitor.service.ts';
import {
  AddUploadHolder1795221000000,
  AddUploadTarget1795231000000,
  CreateUploads1795220100000,
  JoinUploads1797310000000,
  NameUploadKinds1795600300000,
} from './uploads.migration.ts';

const limits = (config: ResumableConfig): ResumableLimits => ({
  maxBytes: config.GATEWAY_UPLOAD_MAX_BYTES,
  idleMs: config.GATEWAY_UPLOAD_IDLE_MS,
  expirySeconds: config.GATEWAY_UPLOAD_EXPIRY_SECONDS,
  perOwner: config.GATEWAY_UPLOADS_PER_USER,
  bytesPerOwner: config.GATEWAY_UPLOADS_BYTES_PER_USER,
});

const tables = PlatformModule.forFeature({
  migrations: {
    schema: 'gateway',
    steps: [
      CreateUploads1795220100000,
      AddUploadHolder1795221000000,
      AddUploadTarget1795231000000,
      NameUploadKinds1795600300000,
      JoinUploads1797310000000,
    ],
  },
});

/**
 * Resumable uploads after tus 1.0.0 under /v1/uploads. Their state is in PostgreSQL (gateway.upload), their bytes are in a folder that all copies share
 * until they are complete; then they go into the blob store and to the service for their kind. Metrics: gateway_resumable_*.
 */
@Module({
  imports: [UploadsModule, tables],
  controllers: [ResumableController],
  providers: [
    ResumableUploads,
    FinalUploads,
    FinalUploadStore,
    UploadCompletion,
    UploadConsumers,
    UploadStore,
    InstanceLiveness,
    UploadJanitor,
    { provide: PartFolder, useFactory: (config: ResumableConfig) => new PartFolder(uploadFolderOf(config)), inject: [RESUMABLE_CONFIG] },
    { provide: RESUMABLE_LIMITS, useFactory: limits, inject: [RESUMABLE_CONFIG] },
  ],
})
export class ResumableModule {}
