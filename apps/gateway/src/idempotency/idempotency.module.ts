import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ForgetKeys } from './forget-keys.service.ts';
import { IdempotencyInterceptor } from './idempotency.interceptor.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentAnswers } from './idempotent-answers.service.ts';

/**
 * Room: gateway / idempotency. Have you asked me this before?
 * Door: the header Idempotency-Key on every POST. Leans on: PostgreSQL (gateway.idempotency), the sealer.
 */
@Module({
  imports: [HttpModule, UploadsModule],
  providers: [IdempotencyInterceptor, IdempotentAnswers, IdempotencyStore, ForgetKeys],
  exports: [IdempotencyInterceptor],
})
export class IdempotencyModule {}
