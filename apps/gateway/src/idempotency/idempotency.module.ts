import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ForgetKeys } from './forget-keys.service.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentAnswers } from './idempotent-answers.service.ts';
import { IdempotentPosts } from './idempotent-posts.ts';

/** The header `Idempotency-Key` on every POST; responses are stored sealed in `gateway.idempotency`. */
@Module({
  imports: [HttpModule, UploadsModule],
  providers: [IdempotentPosts, IdempotentAnswers, IdempotencyStore, ForgetKeys],
  exports: [IdempotentPosts],
})
export class IdempotencyModule {}
