import { Module } from '@nestjs/common';
import { PlatformModule, removedBy } from '#platform';
import { HttpModule } from '../http/http.module.ts';
import { UploadsModule } from '../uploads/uploads.module.ts';
import { ForgetKeys } from './forget-keys.service.ts';
import {
  AddIdempotencyContent1795231100000,
  AddIdempotencyWorkId1797400200000,
  CreateIdempotency1795219300000,
} from './idempotency.migration.ts';
import { IdempotencyStore } from './idempotency.store.ts';
import { IdempotentAnswers } from './idempotent-answers.service.ts';
import { IdempotentPosts } from './idempotent-posts.ts';

const tables = PlatformModule.forFeature({
  migrations: {
    schema: 'gateway',
    steps: [CreateIdempotency1795219300000, AddIdempotencyContent1795231100000, AddIdempotencyWorkId1797400200000],
  },
});

/** The header `Idempotency-Key` on every POST; responses are stored sealed in `gateway.idempotency`. */
@Module({
  imports: [HttpModule, UploadsModule, tables],
  providers: [
    IdempotentPosts,
    IdempotentAnswers,
    IdempotencyStore,
    ForgetKeys,
    removedBy('idempotency keys', IdempotencyStore, (store, ownerId) => store.forgetScope(ownerId)),
  ],
  exports: [IdempotentPosts],
})
export class IdempotencyModule {}
