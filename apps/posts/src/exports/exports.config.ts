/** Part of the configuration of the posts service. */
import * as z from 'zod';

export const exportsConfig = z.object({
  /** Days after its end when an export is removed with its files. */
  POSTS_EXPORT_KEEP_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** Exports of one owner that are written at the same time, in all copies together; others wait. */
  POSTS_EXPORTS_PER_OWNER: z.coerce.number().int().min(1).max(64).default(2),
});

export type ExportsConfig = z.output<typeof exportsConfig>;
export const EXPORTS_CONFIG = Symbol('configuration of exports');
