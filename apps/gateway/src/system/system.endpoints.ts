/** The system for operators: its health with causes and recommendations, and its configuration. */
import { system, systemHealth } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account', cacheControl: 'no-store' } as const;

export const getSystemHealth = endpoint({
  ...base,
  id: 'getSystemHealth',
  method: 'GET',
  path: '/v1/system/health',
  summary: 'How the system is, why, and what to change',
  description:
    'The picture of the last check: a grade and a score for the whole, each service and each dependency; the causes of what is not healthy, with ' +
    'what was measured; settings to change. A grade changes after two checks that say so. While the health service cannot be asked, the gateway ' +
    'answers with its own view, the cause among it, and the recommendations that it heard last.',
  responses: { 200: systemHealth },
  failures: [],
});

export const getSystemConfig = serviceEndpoint({
  ...base,
  id: 'getSystemConfig',
  method: 'GET',
  path: '/v1/system/config',
  summary: 'The configuration in effect, and where each value comes from',
  description:
    'Every setting of every running service. Secrets are shown as set or unset, addresses without user, password and query. `differs` names ' +
    'settings in which the copies of a service differ.',
  calls: system.getSystemConfig,
});
