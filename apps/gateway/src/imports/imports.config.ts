import * as z from 'zod';
import { uploadsConfig } from '../uploads/uploads.config.ts';

/** Part of the gateway's configuration; size and patience are those of uploads. */
export const importsConfig = uploadsConfig.extend({
  /** Imports at the same time in one process: each is a connection and a stream to the blob store, no CPU. */
  GATEWAY_IMPORTS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(8),
  /** Running imports of one owner, in all copies: a few owners with slow servers must not hold every slot. */
  GATEWAY_IMPORTS_PER_OWNER: z.coerce.number().int().min(1).max(64).default(2),
  /** From the request to the first byte of the file, redirects included. */
  GATEWAY_IMPORT_FIRST_BYTE_MS: z.coerce.number().int().min(100).max(600_000).default(30_000),
  /** A server that sends less than this on average over the window below is given up: 4 KiB/s is a tenth of the slowest music stream. 0: no floor. */
  GATEWAY_IMPORT_MIN_BYTES_PER_SECOND: z.coerce.number().int().min(0).max(1_000_000_000).default(4_096),
  GATEWAY_IMPORT_SPEED_WINDOW_MS: z.coerce.number().int().min(100).max(600_000).default(30_000),
  /** Fetching one file, all tries together, may take this long. */
  GATEWAY_IMPORT_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(3_600_000),
});

export type ImportsConfig = z.output<typeof importsConfig>;
export const IMPORTS_CONFIG = Symbol('configuration of imports');
