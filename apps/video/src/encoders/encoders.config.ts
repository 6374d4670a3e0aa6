import * as z from 'zod';
import { platformConfig } from '#platform';

/** Choice of encoders; part of the configuration of the video service. */
export const encodersConfig = platformConfig.pick({ FFMPEG_PATH: true }).extend({
  /** File that remembers which encoders work and how fast; without it they are tried again after every start, before the first rendition. */
  VIDEO_ENCODERS_FILE: z.string().min(1).optional(),
});

export type EncodersConfig = z.output<typeof encodersConfig>;
export const ENCODERS_CONFIG = Symbol('configuration of encoders');
