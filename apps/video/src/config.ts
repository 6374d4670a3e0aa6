/** The whole configuration of the video service: the slices of its features in one object. A feature knows and injects its own slice only. */
import type * as z from 'zod';
import { platformConfig, readConfig } from '#platform';
import { ENCODERS_CONFIG, encodersConfig } from './encoders/encoders.config.ts';
import { MEDIA_CONFIG, mediaConfig } from './media/media.config.ts';
import { RENDITIONS_CONFIG, renditionsConfig } from './renditions/renditions.config.ts';
import { SCORING_CONFIG, scoringConfig } from './scoring/scoring.config.ts';

export const videoConfigSchema = platformConfig.extend({
  ...mediaConfig.shape,
  ...renditionsConfig.shape,
  ...scoringConfig.shape,
  ...encodersConfig.shape,
});

/** Tokens of the slices; the merged object is provided under each of them. */
export const sliceTokens = [MEDIA_CONFIG, RENDITIONS_CONFIG, SCORING_CONFIG, ENCODERS_CONFIG];

export const videoConfig = () => readConfig(videoConfigSchema);
export type VideoConfig = z.output<typeof videoConfigSchema>;
