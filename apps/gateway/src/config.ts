/** The whole configuration of the gateway: the slices of all its features in one object. A feature knows and injects its own slice only. */
import * as z from 'zod';
import { OUTBOUND_CONFIG, outboundConfig, platformConfig, readConfig } from '#platform';
import { HTTP_CONFIG, httpConfig } from './http/http.config.ts';
import { LIMITS_CONFIG, limitsConfig } from './http/limits/limits.config.ts';
import { IDEMPOTENCY_CONFIG, idempotencyConfig } from './idempotency/idempotency.config.ts';
import { IDENTITY_CONFIG, identityConfig } from './identity/identity.config.ts';
import { IMPORTS_CONFIG, importsConfig } from './imports/imports.config.ts';
import { JOBS_CONFIG, jobsConfig } from './jobs/jobs.config.ts';
import { MAINTENANCE_CONFIG, maintenanceConfig } from './maintenance/maintenance.config.ts';
import { RESUMABLE_CONFIG, resumableConfig } from './uploads/tus/resumable.config.ts';
import { UPLOADS_CONFIG, uploadsConfig } from './uploads/uploads.config.ts';
import { WEBHOOKS_CONFIG, webhooksConfig } from './webhooks/webhooks.config.ts';

const gatewayVariables = z.object({
  ...platformConfig.shape,
  ...httpConfig.shape,
  ...limitsConfig.shape,
  ...identityConfig.shape,
  ...idempotencyConfig.shape,
  ...uploadsConfig.shape,
  ...resumableConfig.shape,
  ...jobsConfig.shape,
  ...outboundConfig.shape,
  ...importsConfig.shape,
  ...webhooksConfig.shape,
  ...maintenanceConfig.shape,
});

/** Tokens of the slices; the merged object is provided under each of them. */
export const sliceTokens = [
  HTTP_CONFIG,
  LIMITS_CONFIG,
  IDENTITY_CONFIG,
  IDEMPOTENCY_CONFIG,
  UPLOADS_CONFIG,
  RESUMABLE_CONFIG,
  JOBS_CONFIG,
  OUTBOUND_CONFIG,
  IMPORTS_CONFIG,
  WEBHOOKS_CONFIG,
  MAINTENANCE_CONFIG,
];

/** No secret and no data in a place that depends on where the process was started. */
export const gatewaySchema = gatewayVariables
  .refine(({ GATEWAY_KEY_SECRET, GATEWAY_KEY_PATH }) => GATEWAY_KEY_SECRET || GATEWAY_KEY_PATH, {
    error: 'set GATEWAY_KEY_SECRET to 32 bytes in base64, or GATEWAY_KEY_PATH to the absolute path of a file to make and keep them in',
  })
  .refine(({ SMTP_URL, SMTP_FROM }) => !SMTP_URL || SMTP_FROM, {
    error: 'set SMTP_FROM to the address that mail comes from, or unset SMTP_URL',
  })
  .refine(({ SMTP_URL, GATEWAY_EMAIL_CONFIRMATION }) => SMTP_URL || GATEWAY_EMAIL_CONFIRMATION === 'off', {
    error: 'set SMTP_URL: GATEWAY_EMAIL_CONFIRMATION=required sends mail',
  })
  .refine(({ GATEWAY_UPLOAD_FOLDER, BLOB_STORE_URL }) => GATEWAY_UPLOAD_FOLDER || BLOB_STORE_URL.startsWith('file:'), {
    error: 'set GATEWAY_UPLOAD_FOLDER to the absolute path of a folder for unfinished uploads: this blob store has none',
  });

export type GatewayConfig = z.output<typeof gatewaySchema>;

/** @param environment the process' own unless told */
export const gatewayConfig = (environment?: Readonly<Record<string, string>>): GatewayConfig => readConfig(gatewaySchema, environment);
