import * as z from 'zod';
import { platformConfig } from '#platform';

const share = z.coerce.number().gt(0).max(1);

/** Part of the gateway's configuration. */
export const webhooksConfig = platformConfig.pick({ DATABASE_URL: true, SHUTDOWN_GRACE_MS: true }).extend({
  GATEWAY_WEBHOOKS_PER_USER: z.coerce.number().int().min(1).max(1_000).default(10),
  /** A receiver that has not answered by then has not received the message. */
  GATEWAY_WEBHOOK_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
  /** Requests to receivers that one process has open at the same time; each is a socket and a message of up to 256 KiB. */
  GATEWAY_WEBHOOK_SLOTS: z.coerce.number().int().min(4).max(10_000).default(256),
  /** Of the slots that are still free, the part that one owner may hold. Because it is a part of what is free, some always stay free. */
  GATEWAY_WEBHOOK_OWNER_SHARE: share.default(0.25),
  /** Of all slots, the part that requests to one receiver (host and port) may hold, whoever owns the webhooks. */
  GATEWAY_WEBHOOK_RECEIVER_SHARE: share.default(0.25),
  /** Of all slots, the part that webhooks whose last attempt failed may hold together: they mostly wait for a timeout. */
  GATEWAY_WEBHOOK_FAILING_SHARE: share.default(0.25),
  /** Longest pause of a webhook whose receiver does not answer; it starts at 5 s and doubles. Five minutes: the second step of the retry schedule. */
  GATEWAY_WEBHOOK_PAUSE_MAX_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(300_000),
});

export type WebhooksConfig = z.output<typeof webhooksConfig>;
export const WEBHOOKS_CONFIG = Symbol('configuration of webhooks');
