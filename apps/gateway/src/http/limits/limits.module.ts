import { createHash } from 'node:crypto';
import { type DynamicModule, type ExecutionContext, Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions, type ThrottlerOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { currentCall, Dependencies, Lifecycle } from '#platform';
import { openRedis, type RedisConnection } from '#storage';
import { GATEWAY_CONFIG, type GatewayConfig } from '../../config.ts';
import { normalizeEmail } from '../../identity/email.ts';
import { endpointOf } from '../route.ts';
import { ClientAddresses } from './client-addresses.ts';
import { LimitGuard } from './limit.guard.ts';
import { LimitStorage } from './limit-storage.ts';
import { LocalWindows } from './local-windows.ts';
import { RedisWindow } from './redis-window.ts';
import { SteadyWindows } from './steady-windows.ts';

const LIMITS_REDIS = Symbol('redis of the limits');
const windowMs = 60_000;

/** Accounts are told apart by a hash, so that no address of a person stands in Redis. */
function accountOf(request: FastifyRequest): string {
  const email = (request.body as { email?: unknown } | undefined)?.email;
  const account = typeof email === 'string' ? normalizeEmail(email.slice(0, 320)) : '';
  return createHash('sha256').update(account).digest('base64url').slice(0, 22);
}

const hasAccount = (request: FastifyRequest) => typeof (request.body as { email?: unknown } | undefined)?.email === 'string';
const triesCredentials = (context: ExecutionContext) => endpointOf(context.getHandler())?.limit === 'credentials';
const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** Who pays: the subject where one is known, else the address. Where credentials are tried: the address, and each account from there. */
function throttlers(config: GatewayConfig): ThrottlerOptions[] {
  const addresses = new ClientAddresses(config);
  const from = (request: FastifyRequest) => addresses.of(request);
  return [
    {
      name: 'default',
      ttl: windowMs,
      limit: config.GATEWAY_RATE_LIMIT_PER_MINUTE,
      getTracker: (request) => currentCall()?.subject ?? from(request as FastifyRequest),
    },
    {
      name: 'credentials-address',
      ttl: windowMs,
      limit: config.GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE,
      skipIf: (context) => !triesCredentials(context),
      getTracker: (request) => from(request as FastifyRequest),
    },
    {
      name: 'credentials-account',
      ttl: windowMs,
      limit: config.GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE,
      skipIf: (context) => !triesCredentials(context) || !hasAccount(requestOf(context)),
      getTracker: (request) => `${from(request as FastifyRequest)}:${accountOf(request as FastifyRequest)}`,
    },
  ];
}

const throttlerOptions = (config: GatewayConfig, redis: RedisConnection): ThrottlerModuleOptions => ({
  throttlers: throttlers(config),
  storage: new LimitStorage(new SteadyWindows(new RedisWindow(redis.client), new LocalWindows())),
});

function openLimitsRedis(config: GatewayConfig, dependencies: Dependencies, lifecycle: Lifecycle): RedisConnection {
  const redis = openRedis(config.GATEWAY_LIMITS_REDIS_URL ?? config.REDIS_URL, { role: 'limits', name: 'gateway-limits' });
  dependencies.add({ name: 'redis-limits', required: false, check: async () => void (await redis.client.ping()) });
  lifecycle.onClose('redis-limits', () => redis.close());
  return redis;
}

@Module({
  providers: [{ provide: LIMITS_REDIS, inject: [GATEWAY_CONFIG, Dependencies, Lifecycle], useFactory: openLimitsRedis }],
  exports: [LIMITS_REDIS],
})
class LimitsRedisModule {}

/**
 * Room: gateway / limits. May this caller ask for this much, now?
 * Door: LimitGuard, on every endpoint. Leans on: Redis, softly. Tells: gateway_rate_limit_fallbacks_total, gateway_rate_limit_shared.
 */
@Module({})
export class LimitsModule {
  static forGateway(): DynamicModule {
    const throttler = ThrottlerModule.forRootAsync({
      imports: [LimitsRedisModule],
      inject: [GATEWAY_CONFIG, LIMITS_REDIS],
      useFactory: throttlerOptions,
    });
    return {
      module: LimitsModule,
      imports: [throttler],
      providers: [LimitGuard, ClientAddresses],
      exports: [LimitGuard, ClientAddresses, throttler],
    };
  }
}
