import * as z from 'zod';

/** Idempotency keys; part of the gateway's configuration. */
export const idempotencyConfig = z.object({
  /** Answers kept for one user (or address) in a day, 1 KiB a key on top of each: 64 MiB is some 30,000 usual answers. */
  GATEWAY_IDEMPOTENCY_BYTES_PER_USER: z.coerce
    .number()
    .int()
    .min(1_024 * 1_024)
    .default(64 * 1_024 ** 2),
});

export type IdempotencyConfig = z.output<typeof idempotencyConfig>;
export const IDEMPOTENCY_CONFIG = Symbol('configuration of idempotency');
