import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { PlatformModule } from '#platform';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.ts';
import { DocsModule } from './docs/docs.module.ts';
import { EndpointInterceptor } from './http/endpoint.interceptor.ts';
import { HttpModule } from './http/http.module.ts';
import { LimitGuard } from './http/limits/limit.guard.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { AccessGuard } from './identity/access.guard.ts';
import { IdentifyGuard } from './identity/identify.guard.ts';
import { IdentityModule, identityPostgres } from './identity/identity.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { StatusModule } from './status/status.module.ts';
import { TracksModule } from './tracks/tracks.module.ts';

@Global()
@Module({})
class GatewayConfigModule {
  static with(config: GatewayConfig): DynamicModule {
    return { module: GatewayConfigModule, providers: [{ provide: GATEWAY_CONFIG, useValue: config }], exports: [GATEWAY_CONFIG] };
  }
}

/**
 * Room: gateway. The only public HTTP API; turns requests into contract calls.
 * Door: /v1, /docs, /openapi.json. Leans on: PostgreSQL (identity), Redis, NATS, the blob store. Tells: http_*, gateway_*.
 */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        GatewayConfigModule.with(config),
        PlatformModule.forApp({ name: 'gateway', config, postgres: identityPostgres, redis: true, blobs: true, jobs: true }),
        HttpModule,
        IdentityModule,
        DocsModule,
        TracksModule,
        JobsModule,
        StatusModule,
      ],
      providers: [
        // In this order: who is it, is there allowance left, may they. Guessing at tokens is counted too.
        { provide: APP_GUARD, useExisting: IdentifyGuard },
        { provide: APP_GUARD, useExisting: LimitGuard },
        { provide: APP_GUARD, useExisting: AccessGuard },
        { provide: APP_INTERCEPTOR, useExisting: EndpointInterceptor },
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
    };
  }
}
