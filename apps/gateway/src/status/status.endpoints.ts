import * as z from 'zod';
import { systemStatus } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

/** What everybody may know: how it is, and nothing of how it is built. */
export const statusSummary = z
  .object({
    ...systemStatus.pick({ grade: true, score: true, checkedAt: true }).shape,
    services: z.array(systemStatus.shape.services.element.omit({ copies: true })),
  })
  .meta({ id: 'StatusSummary' });

export const readStatus = endpoint({
  id: 'getStatus',
  method: 'GET',
  path: '/v1/status',
  tag: 'Status',
  summary: 'How the platform is',
  description: 'A grade for all of it and for every service, and a score.',
  auth: 'open',
  cacheControl: 'no-store',
  responses: { 200: statusSummary },
  failures: ['service-unavailable'],
});

export const readSystemStatus = endpoint({
  id: 'getSystemStatus',
  method: 'GET',
  path: '/v1/operators/status',
  tag: 'Operation',
  summary: 'How every copy of every service is',
  description: 'What the health service hears from each running copy: what it depends on, what is missing, how busy it is.',
  auth: 'operator',
  scope: 'account',
  cacheControl: 'no-store',
  responses: { 200: systemStatus },
  failures: ['service-unavailable'],
});
