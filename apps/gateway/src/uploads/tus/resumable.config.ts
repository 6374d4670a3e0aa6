import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { platformConfig } from '#platform';
import { uploadsConfig } from '../uploads.config.ts';

/** Uploads that can be resumed; part of the gateway's configuration. */
export const resumableConfig = z.object({
  ...platformConfig.pick({ BLOB_STORE_URL: true, DATABASE_URL: true }).shape,
  ...uploadsConfig.shape,
  /** Where their bytes are until all are there; one folder for all copies. Unset: `unfinished` in the blob store's folder, where it has one. */
  GATEWAY_UPLOAD_FOLDER: z.string().startsWith('/', { error: 'must be an absolute path' }).optional(),
  /** An unfinished upload is given up when nothing has come for this long. */
  GATEWAY_UPLOAD_EXPIRY_SECONDS: z.coerce.number().int().min(1).max(2_592_000).default(86_400),
  /** Unfinished uploads that one user may have … */
  GATEWAY_UPLOADS_PER_USER: z.coerce.number().int().min(1).max(10_000).default(50),
  /** … and their bytes, counted as they were declared; 20 GiB unless told. */
  GATEWAY_UPLOADS_BYTES_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .default(20 * 1_024 ** 3),
});

export type ResumableConfig = z.output<typeof resumableConfig>;
export const RESUMABLE_CONFIG = Symbol('configuration of resumable uploads');

/**
 * On the blob store's own disk where it has one, so that one figure tells how much room there is.
 *
 * @throws TypeError for another store without GATEWAY_UPLOAD_FOLDER, which the configuration refuses
 */
export function uploadFolderOf({
  GATEWAY_UPLOAD_FOLDER,
  BLOB_STORE_URL,
}: Pick<ResumableConfig, 'GATEWAY_UPLOAD_FOLDER' | 'BLOB_STORE_URL'>): string {
  if (GATEWAY_UPLOAD_FOLDER) return GATEWAY_UPLOAD_FOLDER;
  return join(fileURLToPath(BLOB_STORE_URL), 'unfinished');
}

export const RESUMABLE_LIMITS = Symbol('limits of resumable uploads');
export interface ResumableLimits {
  /** Of one file. */
  readonly maxBytes: number;
  readonly idleMs: number;
  readonly expirySeconds: number;
  readonly perOwner: number;
  readonly bytesPerOwner: number;
}
