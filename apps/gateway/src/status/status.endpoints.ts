import { systemStatus } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

export const readStatus = endpoint({
  id: 'getStatus',
  method: 'GET',
  path: '/v1/status',
  tag: 'Status',
  summary: 'How the platform is',
  description: 'What the health service hears from every copy of every service: a grade, a score and what is missing.',
  auth: 'open',
  cacheControl: 'no-store',
  responses: { 200: systemStatus },
  failures: ['service-unavailable'],
});
