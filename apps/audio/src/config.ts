import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';

const seconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** What the audio service reads beyond every service's variables. The names and the units (seconds, MB) are part of the public design. */
export const audioConfigSchema = platformConfig.extend({
  AUDIO_CACHE_MEMORY_MB: z.coerce.number().int().min(1).max(65_536).default(512),
  AUDIO_CACHE_DEFAULT_TTL: seconds(3_600),
  AUDIO_CACHE_CLEANUP_INTERVAL: seconds(300),
  /** Cached values are compressed in Redis and the cold tier, unless they are larger than this before. */
  AUDIO_COMPRESSION_ENABLED: z.stringbool().default(true),
  AUDIO_COMPRESSION_MAX_SIZE_KB: z.coerce.number().int().min(1).max(1_048_576).default(1_024),
  /** A recording that plays longer is refused: an analysis must end, whoever sends it. */
  AUDIO_MAX_DURATION_SECONDS: seconds(6 * 3_600),
  /** One analysis may take this long on the wall clock; six hours of audio take a few minutes. */
  AUDIO_ANALYSIS_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(900_000),
});

export const AUDIO_CONFIG = Symbol('audio configuration');
export const audioConfig = () => readConfig(audioConfigSchema);
export type AudioConfig = ReturnType<typeof audioConfig>;
