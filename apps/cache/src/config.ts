import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';

export const cacheConfigSchema = platformConfig.extend({
  /** What the cold tier may weigh; entries that were not used for longest go first. */
  CACHE_COLD_MAX_MB: z.coerce.number().int().min(1).max(1_048_576).default(1_024),
  CACHE_COLD_MAX_ENTRIES: z.coerce.number().int().min(1).max(100_000_000).default(500_000),
  /** Seconds between two clean-ups of the cold tier. */
  CACHE_COLD_SWEEP_SECONDS: z.coerce.number().int().min(1).default(30),
});

export const CACHE_CONFIG = Symbol('cache service configuration');
export const cacheConfig = () => readConfig(cacheConfigSchema);
export type CacheConfig = ReturnType<typeof cacheConfig>;
