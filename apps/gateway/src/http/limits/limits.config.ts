import * as z from 'zod';
import { platformConfig, redisUrl } from '#platform';

export const perMinute = z.coerce.number().int().min(1).max(10_000_000);

/** Rate limits; part of the gateway's configuration. */
export const limitsConfig = platformConfig.pick({ REDIS_URL: true, REDIS_CA: true }).extend({
  /** Proxies of ours in front of the gateway: how many entries at the end of X-Forwarded-For to believe. */
  GATEWAY_TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /** Units a subject (or, without a token, an address) may spend in any minute; most requests cost 1. */
  GATEWAY_RATE_LIMIT_PER_MINUTE: perMinute.default(600),
  /** The limit of half of the subjects instead, to compare the two: which half is decided by a hash of the subject. Unset: no experiment. */
  GATEWAY_RATE_LIMIT_EXPERIMENT_PER_MINUTE: perMinute.optional(),
  /** Logins, registrations and refreshes from one address (IPv6: one /64) in any minute. */
  GATEWAY_CREDENTIALS_LIMIT_PER_ADDRESS_PER_MINUTE: perMinute.default(60),
  /** … and with one account's e-mail from that address; also changes of one account's password, from anywhere. */
  GATEWAY_CREDENTIALS_LIMIT_PER_ACCOUNT_PER_MINUTE: perMinute.default(10),
  /** A Redis of its own for the counts, so that a full cache never evicts them. Unset: REDIS_URL. */
  GATEWAY_LIMITS_REDIS_URL: redisUrl.optional(),
});

export type LimitsConfig = z.output<typeof limitsConfig>;
export const LIMITS_CONFIG = Symbol('configuration of rate limits');
