import { Module } from '@nestjs/common';
import { BlobCare } from './blob-care.service.ts';

/**
 * Room: gateway / sweeping. Which stored files does nobody hold any more?
 * Door: none, it works by the clock. Leans on: PostgreSQL (blobs), the blob store. Tells: blobs_swept_total, blob_store_bytes, blob_store_free_bytes.
 */
@Module({ providers: [BlobCare] })
export class SweepingModule {}
