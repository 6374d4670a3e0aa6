import * as z from 'zod';
import { platformConfig } from '#platform';

/** Inspection of uploaded files; part of the configuration of the audio service. */
export const mediaConfig = platformConfig.pick({ FFMPEG_PATH: true }).extend({
  /** A recording that plays longer is refused: an analysis must end, whoever sends it. */
  AUDIO_MAX_DURATION_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .default(6 * 3_600),
});

export type MediaConfig = z.output<typeof mediaConfig>;
export const MEDIA_CONFIG = Symbol('configuration of media inspection');
