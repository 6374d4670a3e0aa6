/**
 * What every service needs to run. Serves `/health/*`, `/metrics`, `platform.service.describe.v1`, `platform.system.describe.v1` and
 * `platform.integrity.describe.v1`. Provides globally: Log, Bus, Lifecycle, Dependencies, HealthChecks, Capabilities and, on request, Database, BlobStore (BLOBS), Redis (REDIS), TieredCache (CACHE), Compute, ConcurrencyLimiter, and JobEngine with JobStore,
 * JobFeed and DeadLetters.
 */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { CacheHandler } from './cache/cache.handler.ts';
import { DescribeSystemHandler } from './describe/describe-system.handler.ts';
import { IntegrityHandler } from './describe/integrity.handler.ts';
import { type FeatureOptions, featureModule } from './features.ts';
import type { PlatformOptions } from './platform.options.ts';
import { platformProviders } from './platform.providers.ts';
import { DescribeHandler } from './probes/describe.handler.ts';
import { HealthController } from './probes/health.controller.ts';
import { isProfiled, profileHandler } from './profiles/profile.handler.ts';
import { SettingsHandler } from './settings/settings.handler.ts';

const profilingOf = ({ name, blobs }: PlatformOptions) => (blobs && isProfiled(name) ? [profileHandler(name)] : []);

@Global()
@Module({})
export class PlatformModule {
  /** Adds a feature's entities and migrations to the database of its service: `imports: [PlatformModule.forFeature({ … })]`. */
  static forFeature(feature: FeatureOptions): DynamicModule {
    return featureModule(feature);
  }

  /** Opens what a service runs on. Once per process, in its root module. */
  static forApp(options: PlatformOptions): DynamicModule {
    const providers = platformProviders(options);
    return {
      module: PlatformModule,
      imports: [
        TerminusModule.forRoot({ logger: false }),
        PrometheusModule.register({ path: '/metrics', defaultLabels: { service: options.name } }),
      ],
      controllers: [
        HealthController,
        DescribeHandler,
        DescribeSystemHandler,
        IntegrityHandler,
        ...profilingOf(options),
        ...(options.cache ? [CacheHandler] : []),
        ...(options.postgres ? [SettingsHandler] : []),
      ],
      providers,
      exports: providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
    };
  }
}
