import { Module } from '@nestjs/common';
import { ConnectionManager } from '#compute';
import { connectionsProvider } from './connections.provider.ts';
import { ProviderQuotaStore } from './provider-quota.store.ts';
import { makeProviders } from './provider-registry.ts';
import { PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig } from './provider-search.config.ts';
import { ProviderSearchHandler } from './provider-search.handler.ts';
import { PROVIDERS, ProviderSearchService } from './provider-search.service.ts';

/**
 * Search for tracks at providers elsewhere. Serves `audio.provider-track.search.v1` and `audio.track-provider.list.v1`. Exports `audio_connection_*`
 * and `audio_pool_health_score`.
 */
@Module({
  controllers: [ProviderSearchHandler],
  providers: [
    connectionsProvider,
    {
      provide: PROVIDERS,
      inject: [ConnectionManager, PROVIDER_SEARCH_CONFIG],
      useFactory: (manager: ConnectionManager, config: ProviderSearchConfig) =>
        makeProviders((name, endpoints) => manager.open({ name, endpoints }), config),
    },
    ProviderQuotaStore,
    ProviderSearchService,
  ],
})
export class ProviderSearchModule {}
