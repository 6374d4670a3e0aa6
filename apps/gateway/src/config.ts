import * as z from 'zod';
import { platformConfig, readConfig, urlOf } from '#platform';
import { idempotencyConfig } from './idempotency/idempotency.config.ts';
import { importsConfig } from './imports/imports.config.ts';
import { jobsConfig } from './jobs/jobs.config.ts';
import { maintenanceConfig } from './maintenance/maintenance.config.ts';
import { outboundConfig } from './outbound/outbound.config.ts';
import { resumableConfig } from './uploads/tus/resumable.config.ts';
import { uploadsConfig } from './uploads/uploads.config.ts';
import { webhooksConfig } from './webhooks/webhooks.config.ts';

const perMinute = z.coerce.number().int().min(1).max(10_000_000);
const emails = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((email) => email.trim().toLowerCase())
      .filter(Boolean),
  )
  .pipe(z.array(z.email()));

const absolutePath = z
  .string()
  .startsWith('/', { error: 'must be an absolute path: a relative one is another place in every working directory' });

const gatewayVariables = z.object({
  ...platformConfig.shape,
  ...uploadsConfig.shape,
  ...resumableConfig.shape,
  ...jobsConfig.shape,
  ...outboundConfig.shape,
  ...importsConfig.shape,
  ...webhooksConfig.shape,
  ...maintenanceConfig.shape,
  ...idempotencyConfig.shape,
  HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  /** Where clients reach us, e.g. https://api.example.org; stands in the OpenAPI document. Unset: relative to wherever it was read. */
  GATEWAY_PUBLIC_URL: urlOf('http', 'https').optional(),
  /** Proxies of ours in front of the gateway: how many entries at the end of X-Forwarded-For to believe. */
  GATEWAY_TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),

  /** Units a subject (or, without a token, an address) may spend in any minute; most requests cost 1. */
  GATEWAY_RATE_LIMIT_PER_MINUTE: perMinute.default(600),
  /** Logins, registrations and refreshes from one address (IPv6: one /64) in any minute. */
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: perMinute.default(60),
  /** … and with one account's e-mail from that address; also changes of one account's password, from anywhere. */
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: perMinute.default(10),
  /** Logins to one account from all addresses together that it has not been used from before: what a network of guessers shares. */
  GATEWAY_CREDENTIALS_LIMIT_FROM_NEW_ADDRESSES_PER_MINUTE: perMinute.default(30),
  /** A Redis of its own for the counts, so that a full cache never evicts them. Unset: REDIS_URL. */
  GATEWAY_LIMITS_REDIS_URL: urlOf('redis', 'rediss').optional(),

  GATEWAY_TOKEN_ISSUER: z.string().min(1).max(200).default('rafaga'),
  GATEWAY_TOKEN_AUDIENCE: z.string().min(1).max(200).default('rafaga-api'),
  GATEWAY_ACCESS_TOKEN_SECONDS: z.coerce.number().int().min(1).max(3_600).default(900),
  GATEWAY_REFRESH_TOKEN_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** The audit log keeps events this long … */
  GATEWAY_SECURITY_EVENT_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
  /** … and this many at most, the newest ones. */
  GATEWAY_SECURITY_EVENTS_MAX: z.coerce.number().int().min(1_000).default(5_000_000),
  /** Requests are refused while the event loop is further behind than this; they would wait that long before anything happens. */
  GATEWAY_SHED_ABOVE_DELAY_MS: z.coerce.number().int().min(20).max(60_000).default(1_000),
  /** Opens what is sealed in the database, the private signing keys among it: 32 bytes in base64, the same for all copies. */
  GATEWAY_KEY_SECRET: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  /** Instead of it: the file where it is made at the first start and kept. */
  GATEWAY_KEY_PATH: absolutePath.optional(),
  /** Start although the keys in the database do not open: new ones are made, and what was sealed with the old secret is given up. */
  GATEWAY_KEY_RESET: z.stringbool().default(false),
  /** Whoever registers one of these e-mail addresses becomes an operator; comma-separated. */
  GATEWAY_OPERATOR_EMAILS: emails.default([]),
});

/** No secret and no data in a place that depends on where the process was started. */
export const gatewaySchema = gatewayVariables
  .refine(({ GATEWAY_KEY_SECRET, GATEWAY_KEY_PATH }) => GATEWAY_KEY_SECRET || GATEWAY_KEY_PATH, {
    error: 'set GATEWAY_KEY_SECRET to 32 bytes in base64, or GATEWAY_KEY_PATH to the absolute path of a file to make and keep them in',
  })
  .refine(({ GATEWAY_UPLOAD_FOLDER, BLOB_STORE_URL }) => GATEWAY_UPLOAD_FOLDER || BLOB_STORE_URL.startsWith('file:'), {
    error: 'set GATEWAY_UPLOAD_FOLDER to the absolute path of a folder for unfinished uploads: this blob store has none',
  });

export type GatewayConfig = z.output<typeof gatewaySchema>;
export const GATEWAY_CONFIG = Symbol('gateway config');

/** @param environment the process' own unless told */
export const gatewayConfig = (environment?: Readonly<Record<string, string>>): GatewayConfig => readConfig(gatewaySchema, environment);
