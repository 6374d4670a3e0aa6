import * as z from 'zod';
import { platformConfig } from '#platform';

/** Intake of videos; part of the configuration of the video service. */
export const mediaConfig = platformConfig.pick({ FFMPEG_PATH: true }).extend({
  /** A video that plays longer is refused. */
  VIDEO_MAX_DURATION_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(12 * 3_600),
  /** Pictures that are made at the same time because a client asks for one; each is one ffmpeg with one thread. */
  VIDEO_PICTURES_AT_ONCE: z.coerce.number().int().min(1).max(64).default(2),
});

export type MediaConfig = z.output<typeof mediaConfig>;
export const MEDIA_CONFIG = Symbol('configuration of media');
