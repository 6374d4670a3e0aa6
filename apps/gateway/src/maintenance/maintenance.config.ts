import * as z from 'zod';

/** When blobs that nobody holds are removed; part of the gateway's configuration. */
export const maintenanceConfig = z.object({
  GATEWAY_BLOB_SWEEP_SECONDS: z.coerce.number().int().min(1).max(604_800).default(3_600),
  /** Longer than any upload may take from its last byte to its row. */
  GATEWAY_BLOB_GRACE_SECONDS: z.coerce.number().int().min(60).max(2_592_000).default(86_400),
  /** With less room than this (5 GiB, two of the largest uploads and some for the database) … */
  GATEWAY_BLOB_LOW_SPACE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .default(5 * 1_024 ** 3),
  /** … this grace counts instead; an upload's row is there within two minutes of its last byte. */
  GATEWAY_BLOB_LOW_SPACE_GRACE_SECONDS: z.coerce.number().int().min(120).max(2_592_000).default(600),
});

export type MaintenanceConfig = z.output<typeof maintenanceConfig>;
export const MAINTENANCE_CONFIG = Symbol('configuration of maintenance');
