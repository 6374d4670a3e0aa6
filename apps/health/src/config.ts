import * as z from 'zod';
import { platformConfig, readConfig } from '#platform';

export const healthSchema = platformConfig.extend({
  /** How long to wait for the copies of all services; one that stays silent longer counts as absent. */
  HEALTH_GATHER_MS: z.coerce.number().int().min(50).max(3_000).default(1_200),
});

export const healthConfig = () => readConfig(healthSchema);
export type HealthConfig = ReturnType<typeof healthConfig>;
