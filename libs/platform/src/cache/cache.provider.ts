/** Provides the service's TieredCache, connected to Redis, the cold tier and the invalidation channel, with its maintenance and health check. */
import type { Provider } from '@nestjs/common';
import { TieredCache, type TieredCacheOptions } from '#cache';
import type { RedisConnection } from '#storage';
import { Bus } from '../bus/bus.ts';
import { NatsLink } from '../bus/nats-link.ts';
import { ConfigError } from '../config/read-config.ts';
import { Log } from '../logs/log.ts';
import { CACHE, type PlatformOptions, REDIS } from '../platform.options.ts';
import { Dependencies } from '../probes/dependencies.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { BusColdTier } from './bus-cold-tier.ts';
import { CacheMaintenance } from './cache-maintenance.ts';
import { NatsInvalidationChannel } from './nats-invalidation-channel.ts';

export function cacheProvider({ name, cache }: PlatformOptions): Provider[] {
  if (!cache) return [];
  const open = (redis: RedisConnection, bus: Bus, link: NatsLink, log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const tiers = openCache({
      ...cache,
      service: name,
      redis: redis.client,
      cold: new BusColdTier(bus, name),
      channel: new NatsInvalidationChannel(bus, link, log),
      onError: ({ error, ...where }) => log.debug({ err: error, ...where }, 'cache tier failed and was skipped'),
    });
    const maintenance = new CacheMaintenance({ cache: tiers, service: name, bus, link, log });
    dependencies.add({ name: 'cache-tiers', required: false, check: () => throwIfDegraded(tiers.degradedReason) });
    lifecycle.onDrain('cache', () => maintenance.stop());
    lifecycle.onClose('cache', () => tiers.close());
    maintenance.start();
    return tiers;
  };
  return [{ provide: CACHE, useFactory: open, inject: [REDIS, Bus, NatsLink, Log, Dependencies, Lifecycle] }];
}

/** @throws ConfigError for settings that are valid each, but not together, such as an experiment with more memory than the cache has */
function openCache(options: TieredCacheOptions<string>): TieredCache {
  try {
    return new TieredCache(options);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError([`${options.service.toUpperCase()}_CACHE_*: ${error.message}`]);
    throw error;
  }
}

function throwIfDegraded(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}
