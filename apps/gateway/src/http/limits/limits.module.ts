import { type DynamicModule, Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { Dependencies, Lifecycle } from '#platform';
import { openRedis, type RedisConnection } from '#storage';
import { ClientAddresses } from './client-addresses.ts';
import { LeasedWindows } from './leased-windows.ts';
import { limitPolicies } from './limit-policy.ts';
import { LimitStorage } from './limit-storage.ts';
import { LIMITS_CONFIG, type LimitsConfig } from './limits.config.ts';
import { Limits } from './limits.service.ts';
import { LocalWindows } from './local-windows.ts';
import { RedisLeases } from './redis-leases.ts';

const LIMITS_REDIS = Symbol('redis of the limits');

function throttlerOptions(config: LimitsConfig, redis: RedisConnection, lifecycle: Lifecycle): ThrottlerModuleOptions {
  const windows = new LeasedWindows(new RedisLeases(redis.client), new LocalWindows());
  lifecycle.onClose('limits', () => windows.close());
  const policies = limitPolicies(config, new ClientAddresses(config));
  return { throttlers: policies.map(({ name, limit, windowMs }) => ({ name, limit, ttl: windowMs })), storage: new LimitStorage(windows) };
}

function openLimitsRedis(config: LimitsConfig, dependencies: Dependencies, lifecycle: Lifecycle): RedisConnection {
  const redis = openRedis(config.GATEWAY_LIMITS_REDIS_URL ?? config.REDIS_URL, {
    role: 'limits',
    name: 'gateway-limits',
    ca: config.REDIS_CA,
  });
  dependencies.add({ name: 'redis-limits', required: false, check: async () => void (await redis.client.ping()) });
  lifecycle.onClose('redis-limits', () => redis.close());
  return redis;
}

@Module({
  providers: [{ provide: LIMITS_REDIS, inject: [LIMITS_CONFIG, Dependencies, Lifecycle], useFactory: openLimitsRedis }],
  exports: [LIMITS_REDIS],
})
class LimitsRedisModule {}

/**
 * Room: gateway / limits. May this caller ask for this much, now?
 * Door: Limits.gate, at every endpoint. Leans on: Redis, softly. Tells: gateway_rate_limit_fallbacks_total, gateway_rate_limit_shared.
 */
@Module({})
export class LimitsModule {
  static forGateway(): DynamicModule {
    const throttler = ThrottlerModule.forRootAsync({
      imports: [LimitsRedisModule],
      inject: [LIMITS_CONFIG, LIMITS_REDIS, Lifecycle],
      useFactory: throttlerOptions,
    });
    return {
      module: LimitsModule,
      imports: [throttler],
      providers: [Limits, ClientAddresses],
      exports: [Limits, ClientAddresses, throttler],
    };
  }
}
