import { Module } from '@nestjs/common';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.ts';
import { UPLOAD_LIMITS, type UploadLimits } from './uploads.config.ts';
import { Uploads } from './uploads.service.ts';

const limits = (config: GatewayConfig): UploadLimits => ({
  maxBytes: config.GATEWAY_UPLOAD_MAX_BYTES,
  idleMs: config.GATEWAY_UPLOAD_IDLE_MS,
});

/**
 * Room: gateway / uploads. How do files get in?
 * Door: none of its own. Leans on: the blob store; @fastify/multipart, which the gateway registers.
 */
@Module({
  providers: [Uploads, { provide: UPLOAD_LIMITS, useFactory: limits, inject: [GATEWAY_CONFIG] }],
  exports: [Uploads],
})
export class UploadsModule {}
