/** How a service gets its cache: memory over Redis over the cold tier, in step with the other instances, warmed and watched. */
import type { Provider } from '@nestjs/common';
import { TieredCache } from '#cache';
import type { RedisConnection } from '#storage';
import { Bus } from '../bus/bus.ts';
import { NatsLink } from '../bus/nats-link.ts';
import { Log } from '../logs/log.ts';
import { CACHE, type PlatformOptions, REDIS } from '../platform.options.ts';
import { Dependencies } from '../probes/dependencies.ts';
import { Lifecycle } from '../probes/lifecycle.ts';
import { BusColdTier } from './bus-cold-tier.ts';
import { CacheCare } from './cache-care.ts';
import { NatsInvalidationChannel } from './nats-invalidation-channel.ts';

export function cacheProvider({ name, cache }: PlatformOptions): Provider[] {
  if (!cache) return [];
  const open = (redis: RedisConnection, bus: Bus, link: NatsLink, log: Log, dependencies: Dependencies, lifecycle: Lifecycle) => {
    const tiers = new TieredCache<string>({
      ...cache,
      service: name,
      redis: redis.client,
      cold: new BusColdTier(bus, name),
      channel: new NatsInvalidationChannel(bus, link, log),
      onTrouble: ({ error, ...where }) => log.debug({ err: error, ...where }, 'the cache went on without a tier'),
    });
    const care = new CacheCare({ cache: tiers, service: name, bus, link, log });
    dependencies.add({ name: 'cache', required: false, check: () => complain(tiers.ailing) });
    lifecycle.onDrain('cache', () => care.stop());
    lifecycle.onClose('cache', () => tiers.close());
    care.start();
    return tiers;
  };
  return [{ provide: CACHE, useFactory: open, inject: [REDIS, Bus, NatsLink, Log, Dependencies, Lifecycle] }];
}

function complain(reason: string | undefined): void {
  if (reason !== undefined) throw new Error(reason);
}
