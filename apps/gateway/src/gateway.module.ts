import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { jobsMigrations, PlatformModule } from '#platform';
import { CacheModule } from './cache/cache.module.ts';
import { GATEWAY_CONFIG, type GatewayConfig } from './config.ts';
import { DocsModule } from './docs/docs.module.ts';
import { ROUTES } from './http/endpoint-registry.ts';
import { HttpModule } from './http/http.module.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { AddIdempotencyContent1795231100000, CreateIdempotency1795219300000 } from './idempotency/idempotency.migration.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { DenyByDefaultGuard } from './identity/deny-by-default.guard.ts';
import { GatewaySecret } from './identity/gateway-secret.ts';
import { IdentityModule, identityPostgres } from './identity/identity.module.ts';
import { Sealer } from './identity/sealer.ts';
import { ImportsModule } from './imports/imports.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { LinksModule } from './links/links.module.ts';
import { MaintenanceModule } from './maintenance/maintenance.module.ts';
import { routes } from './routes.ts';
import { TracksModule } from './tracks/tracks.module.ts';
import { ResumableModule } from './uploads/tus/resumable.module.ts';
import { AddUploadHolder1795221000000, AddUploadTarget1795231000000, CreateUploads1795220100000 } from './uploads/tus/uploads.migration.ts';
import { AddWebhookPauses1795222000000, CreateWebhooks1795219400000 } from './webhooks/webhooks.migration.ts';
import { WebhooksModule } from './webhooks/webhooks.module.ts';

@Global()
@Module({})
class GatewayConfigModule {
  static with(config: GatewayConfig): DynamicModule {
    const providers = [{ provide: GATEWAY_CONFIG, useValue: config }, { provide: ROUTES, useValue: routes }, GatewaySecret, Sealer];
    return { module: GatewayConfigModule, providers, exports: [GATEWAY_CONFIG, ROUTES, GatewaySecret, Sealer] };
  }
}

/** Identity keeps to a schema of its own; what else the gateway remembers is in `gateway`, whose triggers stand on the table of jobs. */
const postgres = {
  ...identityPostgres,
  migrations: [
    ...identityPostgres.migrations,
    jobsMigrations,
    {
      schema: 'gateway',
      steps: [
        CreateIdempotency1795219300000,
        CreateWebhooks1795219400000,
        CreateUploads1795220100000,
        AddUploadHolder1795221000000,
        AddUploadTarget1795231000000,
        AddIdempotencyContent1795231100000,
        AddWebhookPauses1795222000000,
      ],
    },
  ],
};

/** The only public HTTP API (`/v1`, `/docs`, `/openapi.json`): turns requests into contract calls. Exports `http_*` and `gateway_*` metrics. */
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
        ResumableModule,
        ImportsModule,
        JobsModule,
        WebhooksModule,
        CacheModule,
        LinksModule,
        MaintenanceModule,
      ],
      providers: [
        // Endpoints have gates of their own (gateway.ts); this is for what Nest itself serves.
        { provide: APP_GUARD, useExisting: DenyByDefaultGuard },
        { provide: APP_FILTER, useExisting: ProblemFilter },
      ],
    };
  }
}
