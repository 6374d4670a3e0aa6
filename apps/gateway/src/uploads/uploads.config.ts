import * as z from 'zod';

/** What the gateway takes in; part of its configuration. */
export const uploadsConfig = z.object({
  /** Bytes of one uploaded file; 2 GiB unless told. */
  GATEWAY_UPLOAD_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1_024 ** 3),
  /** An upload that sends nothing for this long is given up. */
  GATEWAY_UPLOAD_IDLE_MS: z.coerce.number().int().min(100).max(600_000).default(30_000),
});

export type UploadsConfig = z.output<typeof uploadsConfig>;
export const UPLOADS_CONFIG = Symbol('configuration of uploads');

export const UPLOAD_LIMITS = Symbol('upload limits');
export interface UploadLimits {
  readonly maxBytes: number;
  readonly idleMs: number;
}
