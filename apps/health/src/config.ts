import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';

export const healthSchema = platformConfig.extend({
  /** Between two looks at the whole system; the picture that everybody is shown is at most two of them old. */
  HEALTH_CHECK_INTERVAL_MS: z.coerce.number().int().min(100).max(600_000).default(5_000),
  /** How long to wait for the copies of all services; one that stays silent longer counts as absent. A copy waits 1 s for a dependency that hangs. */
  HEALTH_GATHER_MS: z.coerce.number().int().min(1_100).max(3_000).default(1_200),
});

/** @param environment the process' own unless told */
export const healthConfig = (environment?: Readonly<Record<string, string>>): HealthConfig => readConfig(healthSchema, environment);
export type HealthConfig = z.output<typeof healthSchema>;
