import * as z from 'zod';
import { health, type SystemStatus, systemStatus } from '#contracts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

/** Public status: grades only, without internals. */
export const statusSummary = z
  .object({
    ...systemStatus.pick({ grade: true, score: true, checkedAt: true }).shape,
    services: z.array(systemStatus.shape.services.element.omit({ copies: true })),
  })
  .meta({ id: 'StatusSummary' });

export const getStatus = serviceEndpoint({
  id: 'getStatus',
  method: 'GET',
  path: '/v1/status',
  tag: 'Status',
  summary: 'How the platform is',
  description: 'A grade for all of it and for every service, and a score.',
  auth: 'open',
  cacheControl: 'no-store',
  calls: health.getSystemStatus,
  present: { schema: statusSummary, of: (status: SystemStatus) => statusSummary.parse(status) },
});

export const getSystemStatus = serviceEndpoint({
  id: 'getSystemStatus',
  method: 'GET',
  path: '/v1/operators/status',
  tag: 'Operation',
  summary: 'How every copy of every service is',
  description: 'What the health service hears from each running copy: what it depends on, what is missing, how busy it is.',
  auth: 'operator',
  scope: 'account',
  cacheControl: 'no-store',
  calls: health.getSystemStatus,
});
