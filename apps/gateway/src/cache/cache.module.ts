import { Module } from '@nestjs/common';
import { CacheController } from './cache.controller.ts';

/**
 * Room: gateway / cache. What do the caches hold, and what should they forget?
 * Door: /v1/cache, for operators. Leans on: the cache service.
 */
@Module({ controllers: [CacheController] })
export class CacheModule {}
