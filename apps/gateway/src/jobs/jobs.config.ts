import * as z from 'zod';

/** How many people may listen to their jobs at once; part of the gateway's configuration. */
export const jobsConfig = z.object({
  GATEWAY_EVENT_STREAMS_PER_USER: z.coerce.number().int().min(1).max(1_000).default(20),
  GATEWAY_EVENT_STREAMS: z.coerce.number().int().min(1).max(100_000).default(2_000),
  /** A quiet event stream shows this often that it stands. */
  GATEWAY_EVENT_HEARTBEAT_MS: z.coerce.number().int().min(100).max(60_000).default(15_000),
});

export type JobsConfig = z.output<typeof jobsConfig>;
export const JOBS_CONFIG = Symbol('configuration of event streams of jobs');
