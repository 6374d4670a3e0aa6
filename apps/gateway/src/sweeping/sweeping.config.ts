import * as z from 'zod';

/** When blobs that nobody holds are removed; part of the gateway's configuration. */
export const sweepingConfig = z.object({
  GATEWAY_BLOB_SWEEP_SECONDS: z.coerce.number().int().min(1).max(604_800).default(3_600),
  /** Longer than any upload may take from its last byte to its row. */
  GATEWAY_BLOB_GRACE_SECONDS: z.coerce.number().int().min(60).max(2_592_000).default(86_400),
});
