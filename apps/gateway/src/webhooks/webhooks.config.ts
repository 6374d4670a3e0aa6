import * as z from 'zod';

/** Part of the gateway's configuration. */
export const webhooksConfig = z.object({
  GATEWAY_WEBHOOKS_PER_USER: z.coerce.number().int().min(1).max(1_000).default(10),
  /** A receiver that has not answered by then has not got it. */
  GATEWAY_WEBHOOK_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
});
