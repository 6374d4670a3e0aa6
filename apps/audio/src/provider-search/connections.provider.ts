import type { FactoryProvider } from '@nestjs/common';
import { register } from 'prom-client';
import { ConnectionManager } from '#compute';
import { Lifecycle } from '#platform';
import { PROVIDER_SEARCH_CONFIG, type ProviderSearchConfig } from './provider-search.config.ts';

export const connectionOptions = (config: ProviderSearchConfig) => ({
  isPooled: config.AUDIO_CONNECTION_POOL_ENABLED,
  maxConnections: config.AUDIO_CONNECTION_MAX_CONNECTIONS,
  timeoutMs: config.AUDIO_CONNECTION_TIMEOUT * 1_000,
  ports: config.OUTBOUND_PORTS,
  allowPrivate: config.OUTBOUND_ALLOW_PRIVATE,
  metricsPrefix: 'audio',
});

/** The connections of the audio service to servers elsewhere; they end with it. */
export const connectionsProvider: FactoryProvider<ConnectionManager> = {
  provide: ConnectionManager,
  inject: [PROVIDER_SEARCH_CONFIG, Lifecycle],
  useFactory: (config: ProviderSearchConfig, lifecycle: Lifecycle) => {
    const manager = new ConnectionManager({ ...connectionOptions(config), registry: register });
    lifecycle.onClose('connections', () => manager.close());
    return manager;
  },
};
