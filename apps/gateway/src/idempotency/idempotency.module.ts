import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ForgetKeys } from './forget-keys.service.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentAnswers } from './idempotent-answers.service.ts';
import { IdempotentPosts } from './idempotent-posts.ts';

/**
 * Room: gateway / idempotency. Have you asked me this before?
 * Door: the header Idempotency-Key on every POST. Leans on: PostgreSQL (gateway.idempotency), the sealer.
 */
@Module({
  imports: [HttpModule, UploadsModule],
  providers: [IdempotentPosts, IdempotentAnswers, IdempotencyStore, ForgetKeys],
  exports: [IdempotentPosts],
})
export class IdempotencyModule {}
