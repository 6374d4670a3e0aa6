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

export const gatewaySchema = z.object({
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
  /** … and with one account's e-mail from that address. */
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: perMinute.default(10),
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
  /** Opens the private signing keys in the database: 32 bytes in base64. Unset: made at the first start and kept in GATEWAY_KEY_PATH. */
  GATEWAY_KEY_SECRET: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32, { error: 'must be 32 bytes in base64' })
    .optional(),
  GATEWAY_KEY_PATH: z.string().default('.rafaga/identity.key'),
  /** Whoever registers one of these e-mail addresses becomes an operator; comma-separated. */
  GATEWAY_OPERATOR_EMAILS: emails.default([]),
});

export type GatewayConfig = z.output<typeof gatewaySchema>;
export const GATEWAY_CONFIG = Symbol('gateway config');

/** @param environment the process' own unless told */
export const gatewayConfig = (environment?: Readonly<Record<string, string>>): GatewayConfig => readConfig(gatewaySchema, environment);
