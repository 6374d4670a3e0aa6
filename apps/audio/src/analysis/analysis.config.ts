import * as z from 'zod';
import { mediaConfig } from '../media/media.config.ts';

/** The analysis job; part of the configuration of the audio service. */
export const analysisConfig = mediaConfig.extend({
  /** One analysis may take this long on the wall clock; six hours of audio take a few minutes. */
  AUDIO_ANALYSIS_TIMEOUT_MS: z.coerce.number().int().min(1_000).default(900_000),
});

export type AnalysisConfig = z.output<typeof analysisConfig>;
export const ANALYSIS_CONFIG = Symbol('configuration of analysis');
