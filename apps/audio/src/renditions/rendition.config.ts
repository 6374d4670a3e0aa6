import * as z from 'zod';
import { requestedLevels } from '#contracts';
import { changeable } from '#platform';
import { mediaConfig } from '../media/media.config.ts';

/** Renditions; part of the configuration of the audio service. The names are part of the public design. */
export const renditionConfig = mediaConfig.extend({
  /** False: originals only. */
  AUDIO_COMPRESSION_ENABLED: changeable(z.stringbool().default(true)),
  AUDIO_COMPRESSION_DEFAULT_LEVEL: z.enum(requestedLevels).default('medium'),
  /** The largest rendition that `level=auto` may choose; absent: any. */
  AUDIO_COMPRESSION_MAX_SIZE_KB: z.coerce.number().int().min(1).max(67_108_864).optional(),
});

export type RenditionConfig = z.output<typeof renditionConfig>;
export const RENDITION_CONFIG = Symbol('configuration of renditions');
