/**
 * What the audio service remembers, and for how long. Recordings are named by their content, so what is known of them cannot become untrue;
 * a track is kept once it is ready, and struck when its owner deletes it.
 */

import * as z from 'zod';
import { cacheExperiments, type TieredCache } from '#cache';
import { changeable, type PlatformOptions } from '#platform';

const seconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

const dayOfSeconds = 86_400;
/** Redis keeps what nobody asks for no longer than this; the cold tier has what was worth it for the rest of the day. */
const quarterOfDay = dayOfSeconds / 4;

/** The keys of what belongs to an owner begin with him. */
const ownerOf = (key: string) => key.slice(0, key.indexOf(':'));

const namespaces = {
  track: { ownerOf },
  recording: { ttlSeconds: dayOfSeconds, idleSeconds: quarterOfDay },
  analysis: { ttlSeconds: dayOfSeconds, idleSeconds: quarterOfDay },
  picture: {},
  'saved-video': { ownerOf },
  'provider-search': { tiers: 'memory+redis' as const },
};

type Namespace = keyof typeof namespaces;

/** Part of the configuration of the audio service. The names and the units (seconds, MB) are part of the public design. */
export const audioCacheConfig = z.object({
  /** False: everything is read and rendered anew. */
  AUDIO_CACHE_ENABLED: changeable(z.stringbool().default(true)),
  AUDIO_CACHE_MEMORY_MB: z.coerce.number().int().min(1).max(65_536).default(512),
  AUDIO_CACHE_DEFAULT_TTL: seconds(3_600),
  AUDIO_CACHE_CLEANUP_INTERVAL: seconds(300),
  /** Cached values are compressed in Redis and the cold tier, unless they are larger than this before. */
  AUDIO_CACHE_COMPRESSION_ENABLED: z.stringbool().default(true),
  AUDIO_CACHE_COMPRESSION_MAX_SIZE_KB: z.coerce.number().int().min(1).max(1_048_576).default(1_024),
  /** Settings that half of the owners get instead, to compare the two halves. */
  AUDIO_CACHE_EXPERIMENT: cacheExperiments(Object.keys(namespaces) as Namespace[], { track: { ttlSeconds: 7_200 } }).optional(),
});

/** What features use of it. */
export type AudioCache = Pick<TieredCache<Namespace>, 'wrap' | 'delete' | 'close'>;
export type AudioCacheConfig = z.output<typeof audioCacheConfig>;
export const AUDIO_CACHE_CONFIG = Symbol('configuration of the cache of the audio service');
/** Token of the cache that `AUDIO_CACHE_ENABLED` switches. */
export const AUDIO_CACHE = Symbol('cache of the audio service');

/** What is switched off is loaded each time; deletions go on, so that nothing untrue is there when it is switched on again. */
export const switchedCache = (cache: AudioCache, config: Pick<AudioCacheConfig, 'AUDIO_CACHE_ENABLED'>): AudioCache => ({
  wrap: async (namespace, key, load, options) => (config.AUDIO_CACHE_ENABLED ? cache.wrap(namespace, key, load, options) : load()),
  delete: (namespace, key) => cache.delete(namespace, key),
  close: () => cache.close(),
});

export const audioCache = (config: AudioCacheConfig): NonNullable<PlatformOptions['cache']> => ({
  namespaces,
  experiments: config.AUDIO_CACHE_EXPERIMENT,
  memory: { maxBytes: config.AUDIO_CACHE_MEMORY_MB * 1024 * 1024, cleanupSeconds: config.AUDIO_CACHE_CLEANUP_INTERVAL },
  defaultTtlSeconds: config.AUDIO_CACHE_DEFAULT_TTL,
  compression: { enabled: config.AUDIO_CACHE_COMPRESSION_ENABLED, maxBytes: config.AUDIO_CACHE_COMPRESSION_MAX_SIZE_KB * 1024 },
});
