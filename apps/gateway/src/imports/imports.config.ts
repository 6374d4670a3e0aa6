import * as z from 'zod';

/** Part of the gateway's configuration; size and patience are those of uploads. */
export const importsConfig = z.object({
  /** Imports at the same time in one process. */
  GATEWAY_IMPORTS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(4),
  /** Fetching one file, all tries together, may take this long. */
  GATEWAY_IMPORT_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(3_600_000),
});
