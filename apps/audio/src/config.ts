/** The whole configuration of the audio service: the slices of its features in one object. A feature knows and injects its own slice only. */
import type * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { ANALYSIS_CONFIG, analysisConfig } from './analysis/analysis.config.ts';
import { audioCacheConfig } from './audio-cache.ts';
import { MEDIA_CONFIG, mediaConfig } from './media/media.config.ts';

export const audioConfigSchema = platformConfig.extend({ ...audioCacheConfig.shape, ...mediaConfig.shape, ...analysisConfig.shape });

/** Tokens of the slices; the merged object is provided under each of them. */
export const sliceTokens = [MEDIA_CONFIG, ANALYSIS_CONFIG];

export const audioConfig = () => readConfig(audioConfigSchema);
export type AudioConfig = z.output<typeof audioConfigSchema>;
