import * as z from 'zod';
import { platformConfig } from '#platform';

const share = z.coerce.number().gt(0).max(1);

/** Part of the gateway's configuration. */
export const webhooksConfig = platformConfig.pick({ DATABASE_URL: true, SHUTDOWN_GRACE_MS: true }).extend({
  GATEWAY_WEBHOOKS_PER_USER: z.coerce.number().int().min(1).max(1_000).default(10),
  /** Timeout of a request to a receiver. */
  GATEWAY_WEBHOOK_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Concurrent requests per process; each uses a socket and up to 256 KiB. */
  GATEWAY_WEBHOOK_SLOTS: z.coerce.number().int().min(4).max(10_000).default(256),
  /** Share of the free slots per owner. Because it is relative to the free slots, some always remain. */
  GATEWAY_WEBHOOK_OWNER_SHARE: share.default(0.25),
  /** Share of all slots per receiver (host and port), across owners. */
  GATEWAY_WEBHOOK_RECEIVER_SHARE: share.default(0.25),
  /** Share of all slots for webhooks whose last attempt failed, which often time out. */
  GATEWAY_WEBHOOK_FAILING_SHARE: share.default(0.25),
  /** Maximum pause of a webhook whose receiver does not respond; starts at 5 s and doubles. Five minutes is the second step of the retry schedule. */
  GATEWAY_WEBHOOK_PAUSE_MAX_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(300_000),
});

export type WebhooksConfig = z.output<typeof webhooksConfig>;
export const WEBHOOKS_CONFIG = Symbol('configuration of webhooks');
