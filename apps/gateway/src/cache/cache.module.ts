import { Module } from '@nestjs/common';
import { CacheController } from './cache.controller.ts';

/**
 * `/v1/cache` for operators: statistics, explain, invalidate, warm and configure. Forwards to the cache service.
 */
@Module({ controllers: [CacheController] })
export class CacheModule {}
