/** The whole configuration of the audio service: the slices of its features in one object. A feature knows and injects its own slice only. */
import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { ANALYSIS_CONFIG, analysisConfig } from './analysis/analysis.config.ts';
import { AUDIO_CACHE_CONFIG, audioCacheConfig } from './audio-cache.ts';
import { MEDIA_CONFIG, mediaConfig } from './media/media.config.ts';
import { PROVIDER_SEARCH_CONFIG, providerSearchConfig } from './provider-search/provider-search.config.ts';
import { RENDITION_CONFIG, renditionConfig } from './renditions/rendition.config.ts';

/** When the service tries to encode and decode a tone. The names and the unit (seconds) are part of the public design. */
const healthCheckConfig = z.object({
  AUDIO_HEALTH_CHECK_INTERVAL: z.coerce.number().int().min(1).max(86_400).default(60),
  AUDIO_HEALTH_TIMEOUT: z.coerce.number().int().min(1).max(300).default(30),
});

export const audioConfigSchema = platformConfig.extend({
  ...audioCacheConfig.shape,
  ...mediaConfig.shape,
  ...analysisConfig.shape,
  ...renditionConfig.shape,
  ...providerSearchConfig.shape,
  ...healthCheckConfig.shape,
});

/** Tokens of the slices; the merged object is provided under each of them. */
export const sliceTokens = [AUDIO_CACHE_CONFIG, MEDIA_CONFIG, ANALYSIS_CONFIG, RENDITION_CONFIG, PROVIDER_SEARCH_CONFIG];

export const audioConfig = () => readConfig(audioConfigSchema);
export type AudioConfig = z.output<typeof audioConfigSchema>;
