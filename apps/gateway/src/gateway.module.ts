import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { jobsMigrations, PlatformModule } from '#platform';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.ts';
import { DocsModule } from './docs/docs.module.ts';
import { EndpointInterceptor } from './http/endpoint.interceptor.ts';
import { HttpModule } from './http/http.module.ts';
import { LimitGuard } from './http/limits/limit.guard.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.ts';
import { CreateIdempotency1795219300000 } from './idempotency/idempotency.migration.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { AccessGuard } from './identity/access.guard.ts';
import { IdentifyGuard } from './identity/identify.guard.ts';
import { IdentityModule, identityPostgres } from './identity/identity.module.ts';
import { Sealer } from './identity/sealer.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { StatusModule } from './status/status.module.ts';
import { SweepingModule } from './sweeping/sweeping.module.ts';
import { TracksModule } from './tracks/tracks.module.ts';

@Global()
@Module({})
class GatewayConfigModule {
  static with(config: GatewayConfig): DynamicModule {
    const providers = [{ provide: GATEWAY_CONFIG, useValue: config }, Sealer];
    return { module: GatewayConfigModule, providers, exports: [GATEWAY_CONFIG, Sealer] };
  }
}

/** Identity keeps to a schema of its own; what else the gateway remembers is in `gateway`, whose triggers stand on the table of jobs. */
const postgres = {
  ...identityPostgres,
  migrations: [...identityPostgres.migrations, jobsMigrations, { schema: 'gateway', steps: [CreateIdempotency1795219300000] }],
};

/**
 * Room: gateway. The only public HTTP API; turns requests into contract calls.
 * Door: /v1, /docs, /openapi.json. Leans on: PostgreSQL (identity, gateway), Redis, NATS, the blob store. Tells: http_*, gateway_*.
 */
@Module({})
export class GatewayModule {
  static with(config: GatewayConfig): DynamicModule {
    return {
      module: GatewayModule,
      imports: [
        GatewayConfigModule.with(config),
        PlatformModule.forApp({ name: 'gateway', config, postgres, redis: true, blobs: true, jobs: true }),
        HttpModule,
        IdentityModule,
        IdempotencyModule,
        DocsModule,
        TracksModule,
        JobsModule,
        StatusModule,
        SweepingModule,
      ],
      providers: [
        // In this order: who is it, is there allowance left, may they. Guessing at tokens is counted too.
        { provide: APP_GUARD, useExisting: IdentifyGuard },
        { provide: APP_GUARD, useExisting: LimitGuard },
        { provide: APP_GUARD, useExisting: AccessGuard },
        // The outer one first: what is kept under a key is what the client was told.
        { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useExisting: EndpointInterceptor },
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
    };
  }
}
