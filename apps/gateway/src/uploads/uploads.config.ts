import * as z from 'zod';

/** What the gateway takes in; part of its configuration. */
export const uploadsConfig = z.object({
  /** Bytes of one uploaded file; 2 GiB unless told. */
  GATEWAY_UPLOAD_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1_024 ** 3),
});

export const UPLOAD_LIMITS = Symbol('upload limits');
export interface UploadLimits {
  readonly maxBytes: number;
}
