import * as z from 'zod';
import { changeable } from '#platform';
import { uploadsConfig } from '../uploads/uploads.config.ts';

/** Part of the gateway's configuration; size and patience are those of uploads. */
export const importsConfig = uploadsConfig.extend({
  /** Imports at the same time in one process: each is a connection and a stream to the blob store, no CPU. */
  GATEWAY_IMPORTS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(8),
  /** Concurrent imports per owner across all instances, so that a few owners with slow servers cannot occupy all slots. */
  GATEWAY_IMPORTS_PER_OWNER: z.coerce.number().int().min(1).max(64).default(2),
  /** Time limit from the request to the first byte of the file, including redirects. */
  GATEWAY_IMPORT_FIRST_BYTE_MS: changeable(z.coerce.number().int().min(100).max(600_000).default(30_000)),
  /** Minimum average transfer rate over the window below; 4 KiB/s is a tenth of the slowest music stream. 0 disables it. */
  GATEWAY_IMPORT_MIN_BYTES_PER_SECOND: changeable(z.coerce.number().int().min(0).max(1_000_000_000).default(4_096)),
  GATEWAY_IMPORT_SPEED_WINDOW_MS: changeable(z.coerce.number().int().min(100).max(600_000).default(30_000)),
  /** Time limit for downloading a file, including retries. */
  GATEWAY_IMPORT_TIMEOUT_MS: changeable(z.coerce.number().int().min(1_000).max(3_600_000).default(3_600_000)),
});

export type ImportsConfig = z.output<typeof importsConfig>;
export const IMPORTS_CONFIG = Symbol('configuration of imports');
