import { type FactoryProvider, Module } from '@nestjs/common';
import { register } from 'prom-client';
import { ConnectionManager } from '#compute/connections';
import { Lifecycle } from '#platform';
import { ProviderQuotaStore } from './provider-quota.store.ts';
import { makeProviders } from './provider-registry.ts';
import { connectionOptions, PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig, providerChecks } from './provider-search.config.ts';
import { ProviderSearchHandler } from './provider-search.handler.ts';
import { PROVIDERS, ProviderSearchService } from './provider-search.service.ts';
import { VideoDetailsService } from './video-details.service.ts';

/** The connections of the audio service to servers elsewhere; they end with it. */
const connectionsProvider: FactoryProvider<ConnectionManager> = {
  provide: ConnectionManager,
  inject: [PROVIDER_SEARCH_CONFIG, Lifecycle],
  useFactory: (config: ProviderSearchConfig, lifecycle: Lifecycle) => {
    const manager = new ConnectionManager({ ...connectionOptions(config), registry: register });
    lifecycle.onClose('connections', () => manager.close());
    return manager;
  },
};

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
        makeProviders((name, endpoints) => manager.open({ name, endpoints, checks: providerChecks(config) }), config),
    },
    ProviderQuotaStore,
    ProviderSearchService,
    VideoDetailsService,
  ],
  exports: [VideoDetailsService],
})
export class ProviderSearchModule {}
