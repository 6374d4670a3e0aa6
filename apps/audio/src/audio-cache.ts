/**
 * What the audio service remembers, and for how long. Recordings are named by their content, so what is known of them cannot become untrue;
 * a track is kept once it is ready, and struck when its owner deletes it.
 */

import type { TieredCache } from '#cache';
import type { PlatformOptions } from '#platform';
import type { AudioConfig } from './config.ts';

const dayOfSeconds = 86_400;
/** Redis keeps what nobody asks for no longer than this; the cold tier has what was worth it for the rest of the day. */
const quarterOfDay = dayOfSeconds / 4;

const namespaces = {
  track: {},
  recording: { ttlSeconds: dayOfSeconds, idleSeconds: quarterOfDay },
  analysis: { ttlSeconds: dayOfSeconds, idleSeconds: quarterOfDay },
  picture: {},
};

export type AudioCache = TieredCache<keyof typeof namespaces>;

export const audioCache = (config: AudioConfig): NonNullable<PlatformOptions['cache']> => ({
  namespaces,
  memory: { maxBytes: config.AUDIO_CACHE_MEMORY_MB * 1024 * 1024, cleanupSeconds: config.AUDIO_CACHE_CLEANUP_INTERVAL },
  defaultTtlSeconds: config.AUDIO_CACHE_DEFAULT_TTL,
  compression: { enabled: config.AUDIO_COMPRESSION_ENABLED, maxBytes: config.AUDIO_COMPRESSION_MAX_SIZE_KB * 1024 },
});
