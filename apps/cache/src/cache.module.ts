import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule, removedBy } from '#platform';
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

/**
 * The cache service: the cold tier, popularity of keys for warming, and the operators' view of all caches. Serves `cache.entry.*`,
 * `cache.popularity.*`, `cache.stats.*`, `cache.key.*` and `cache.namespace.*`.
 */
@Module({})
export class CacheModule {
  static readonly forConfig = (config: CacheConfig): DynamicModule => ({
    module: CacheModule,
    imports: [
      PlatformModule.forApp({
        name: 'cache',
        config,
        postgres: { schema: 'cache' },
        redis: true,
      }),
      PlatformModule.forFeature({ migrations: cacheMigrations }),
    ],
    controllers: [ColdHandler, PopularityHandler, OperatorsHandler],
    providers: [
      { provide: CACHE_CONFIG, useValue: config },
      ...[ColdStore, ColdService, PopularityStore, PopularityService, SettingsStore, SettingsService, OperatorsService],
      removedBy('cold entries', ColdStore, (store, ownerId) => store.deleteOwner(ownerId)),
    ],
  });
}
