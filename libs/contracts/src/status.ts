/** How a service says how it is, and how the health service sums that up. */
import * as z from 'zod';
import { rpc, type Unchanging } from './rpc.ts';
import { serviceNames } from './service-names.ts';

export const dependencyStatus = z.object({
  name: z.string(),
  up: z.boolean(),
  /** Without a required dependency the service is not ready; without another it is degraded. */
  required: z.boolean(),
  detail: z.string().optional(),
});
export type DependencyStatus = z.output<typeof dependencyStatus>;

export const serviceStatus = z
  .object({
    service: z.enum(serviceNames),
    instance: z.string(),
    version: z.string(),
    uptimeSeconds: z.number().nonnegative(),
    ready: z.boolean(),
    dependencies: z.array(dependencyStatus),
    eventLoopDelayP99Ms: z.number().nonnegative(),
    rssBytes: z.number().int().nonnegative(),
  })
  .meta({ id: 'ServiceStatus' });
export type ServiceStatus = Unchanging<z.output<typeof serviceStatus>>;

/** Asked of everybody at once: each running copy of each service answers for itself. */
export const describeService = rpc({
  subject: 'platform.service.describe.v1',
  request: z.strictObject({}),
  reply: serviceStatus,
  failures: [],
  deadlineMs: 1_000,
});

export const healthGrades = ['healthy', 'degraded', 'critical'] as const;

export const systemStatus = z
  .object({
    grade: z.enum(healthGrades),
    /** From 0 (down) to 1 (all well). */
    score: z.number().min(0).max(1),
    services: z.array(z.object({ service: z.enum(serviceNames), grade: z.enum(healthGrades), copies: z.array(serviceStatus) })),
    checkedAt: z.iso.datetime(),
  })
  .meta({ id: 'SystemStatus' });
export type SystemStatus = Unchanging<z.output<typeof systemStatus>>;

export const getSystemStatus = rpc({
  subject: 'health.system.get.v1',
  request: z.strictObject({}),
  reply: systemStatus,
  failures: [],
  deadlineMs: 2_000,
});
