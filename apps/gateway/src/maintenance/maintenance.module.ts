import { Module } from '@nestjs/common';
import { BlobJanitor } from './blob-janitor.service.ts';

/**
 * Periodic removal of blobs without a reference (schema blobs in PostgreSQL). Metrics: blobs_swept_total, blob_store_bytes, blob_store_free_bytes.
 */
@Module({ providers: [BlobJanitor] })
export class MaintenanceModule {}
