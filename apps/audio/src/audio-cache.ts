/** What the audio service remembers, and for how long. Recordings are named by their content, so none of this can become untrue. */
import { type RedisConnection, TieredCache } from '#storage';
import type { AudioConfig } from './config.ts';

export const AUDIO_CACHE = Symbol('audio cache');

export type AudioNamespace = 'recording' | 'analysis' | 'picture';
export type AudioCache = TieredCache<AudioNamespace>;

const dayOfSeconds = 86_400;

export function openAudioCache(config: AudioConfig, redis: RedisConnection): AudioCache {
  return new TieredCache<AudioNamespace>({
    service: 'audio',
    redis: redis.client,
    memory: { maxBytes: config.AUDIO_CACHE_MEMORY_MB * 1024 * 1024, cleanupSeconds: config.AUDIO_CACHE_CLEANUP_INTERVAL },
    defaultTtlSeconds: config.AUDIO_CACHE_DEFAULT_TTL,
    namespaces: {
      recording: { ttlSeconds: dayOfSeconds },
      analysis: { ttlSeconds: dayOfSeconds },
      picture: {},
    },
  });
}
