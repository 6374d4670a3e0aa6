import * as z from 'zod';
import { platformConfig } from '#platform';

/** Scoring of metadata; part of the configuration of the video service. */
export const scoringConfig = platformConfig.pick({ WORKER_THREADS: true }).extend({
  /** Memory for the rows of all runs that are computed at the same time; further runs wait. */
  VIDEO_SCORE_MEMORY_MB: z.coerce.number().int().min(64).max(65_536).default(768),
  /** Parts of one user that are read at the same time, by all copies of the service together. */
  VIDEO_SCORE_PARTS_PER_USER: z.coerce.number().int().min(1).max(1_000).default(4),
  /** Whole months after the one in which a run was saved; then it is removed. */
  VIDEO_SCORE_KEEP_MONTHS: z.coerce.number().int().min(1).max(120).default(12),
  /** Folder with scorers, one folder each; read at the start. */
  VIDEO_SCORERS_FOLDER: z.string().min(1).optional(),
});

export type ScoringConfig = z.output<typeof scoringConfig>;
export const SCORING_CONFIG = Symbol('configuration of scoring');
