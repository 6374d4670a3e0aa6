import * as z from 'zod';
import { health, systemStatus } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

/** Public status: grades only, without internals. */
export const statusSummary = z
  .object({
    grade: systemStatus.shape.grade,
    score: systemStatus.shape.score.meta({ description: 'From 0 (down) to 1 (all well).', examples: [1] }),
    services: z.array(systemStatus.shape.services.element.omit({ copies: true })),
    checkedAt: systemStatus.shape.checkedAt,
  })
  .meta({ id: 'StatusSummary' });

export const getStatus = endpoint({
  id: 'getStatus',
  method: 'GET',
  path: '/v1/status',
  tag: 'Status',
  summary: 'Status of the platform',
  description:
    'A grade for all of it and for every service, and a score, from the last check of the health service. While that service cannot be asked, the ' +
    'gateway says how it sees the platform itself: `services` then holds only what it knows of.',
  auth: 'open',
  cacheControl: 'no-store',
  responses: { 200: statusSummary },
  failures: [],
});

export const getSystemStatus = serviceEndpoint({
  id: 'getSystemStatus',
  method: 'GET',
  path: '/v1/operators/status',
  tag: 'Operators',
  summary: 'Status of every instance of every service',
  description:
    'What the health service heard from each running copy at its last check: what it depends on, what is missing, how busy it is.',
  auth: 'operator',
  scope: 'account',
  cacheControl: 'no-store',
  calls: health.getSystemStatus,
});
