/**
 * Room: cache. What is worth remembering when memory and Redis let go, and what do operators want of all caches?
 * Door: cache.entry.*, cache.popularity.*, cache.stats.*, cache.key.*, cache.namespace.*. Leans on: PostgreSQL (cache), Redis, NATS.
 * Tells: cache_cold_*.
 */
import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule } from '#platform';
import { cacheMigrations } from './cache.migrations.ts';
import { ColdHandler } from './cold/cold.handler.ts';
import { ColdService } from './cold/cold.service.ts';
import { ColdStore } from './cold/cold.store.ts';
import { CACHE_CONFIG, type CacheConfig } from './config.ts';
import { OperatorsHandler } from './operators/operators.handler.ts';
import { OperatorsService } from './operators/operators.service.ts';
import { PopularityHandler } from './popularity/popularity.handler.ts';
import { PopularityService } from './popularity/popularity.service.ts';
import { PopularityStore } from './popularity/popularity.store.ts';
import { SettingsService } from './settings/settings.service.ts';
import { SettingsStore } from './settings/settings.store.ts';

@Module({})
export class CacheModule {
  static readonly forConfig = (config: CacheConfig): DynamicModule => ({
    module: CacheModule,
    imports: [
      PlatformModule.forApp({
        name: 'cache',
        config,
        postgres: { schema: 'cache', entities: [], migrations: [cacheMigrations] },
        redis: true,
      }),
    ],
    controllers: [ColdHandler, PopularityHandler, OperatorsHandler],
    providers: [
      { provide: CACHE_CONFIG, useValue: config },
      ...[ColdStore, ColdService, PopularityStore, PopularityService, SettingsStore, SettingsService, OperatorsService],
    ],
  });
}
