/** What an app asks of the platform, and the names under which it gets it. */

import type { TieredCacheOptions } from '#cache';
import type { ServiceName } from '#contracts';
import type { PostgresOptions } from '#storage';
import type { PlatformConfig } from './config/platform-config.ts';
import type { HealthChecksOptions } from './describe/health-checks.ts';

/** Token of the BlobStore. */
export const BLOBS = Symbol('blob store');
/** Token of the RedisConnection for cached values. */
export const REDIS = Symbol('redis');

/** Token of the service's TieredCache; its namespaces are typed where it is injected. */
export const CACHE = Symbol('cache');

export interface PlatformOptions {
  readonly name: ServiceName;
  readonly config: PlatformConfig;
  /** The service's own schema. Entities and migrations come with their features, see `PlatformModule.forFeature`. */
  readonly postgres?: Pick<PostgresOptions, 'schema'>;
  readonly redis?: boolean;
  /** Memory over Redis over the cold tier of the cache service; needs `redis`. */
  readonly cache?: Omit<TieredCacheOptions<string>, 'service' | 'redis' | 'cold' | 'channel' | 'onError'>;
  readonly blobs?: boolean;
  readonly compute?: boolean;
  /** Needs `postgres`. Modules provide handlers with `jobHandler(kind, Handler)`; work begins when the application has started. */
  readonly jobs?: boolean;
  /** When the service tries what its modules provide with `healthCheck(name, Test)`; every 60 s, for 30 s at most, unless given. */
  readonly checks?: HealthChecksOptions;
}

export const version = '0.1.0';
