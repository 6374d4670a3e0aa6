/** The system for operators: its health with causes and recommendations, and its configuration. */
import * as z from 'zod';
import { integrity, overview, system, systemHealth } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { serviceEndpoint } from '../http/service-endpoint.ts';
import { workQuery } from '../jobs/work-resource.ts';
import { integrityCheckResource } from './integrity-check-resource.ts';

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

export const getSystemInfo = serviceEndpoint({
  ...base,
  id: 'getSystemInfo',
  method: 'GET',
  path: '/v1/system/info',
  summary: 'Versions and instances of each service',
  calls: overview.getSystemInfo,
});

export const getSystemModules = serviceEndpoint({
  ...base,
  id: 'getSystemModules',
  method: 'GET',
  path: '/v1/system/modules',
  summary: 'The parts of each service',
  description:
    'Each part that answers requests between services, runs jobs or checks something by itself, as the running copies report them.',
  calls: overview.getSystemModules,
});

export const getSystemCapabilities = serviceEndpoint({
  ...base,
  id: 'getSystemCapabilities',
  method: 'GET',
  path: '/v1/system/capabilities',
  summary: 'Cores, memory, encoders and GPU of each copy, and what it chose because of them',
  calls: overview.getSystemCapabilities,
});

export const getSystemMemory = serviceEndpoint({
  ...base,
  id: 'getSystemMemory',
  method: 'GET',
  path: '/v1/system/memory',
  summary: 'Memory of each copy of each service, and of its cache',
  calls: overview.getSystemMemory,
});

export const getSystemIntegrity = serviceEndpoint({
  ...base,
  id: 'getSystemIntegrity',
  method: 'GET',
  path: '/v1/system/integrity',
  summary: 'Whether what is stored fits together',
  description:
    'Asks every copy now: migrations that its code has and the database has not; a sample of the files that rows refer to, looked up and some of them ' +
    'compared with their hash. Also: settings in which copies of a service differ, dependencies that do not answer, and self-tests that failed. ' +
    '`POST /v1/system/integrity-checks` checks all files.',
  calls: integrity.getSystemIntegrity,
});

export const createIntegrityCheck = endpoint({
  ...base,
  id: 'createIntegrityCheck',
  method: 'POST',
  path: '/v1/system/integrity-checks',
  summary: 'Check every stored file',
  description:
    'A job reads every file and compares it with its hash, repairs damaged ones from `BLOB_STORE_COPY_URL` where there is one, and looks for rows ' +
    'whose file is missing. `result` counts them and names the first 100.',
  responses: {
    202: {
      description: 'Accepted; its job tells how far it is.',
      contentType: 'application/json',
      schema: integrityCheckResource,
      headers: { Location: 'The job, `/v1/jobs/{id}`.' },
    },
  },
  failures: [],
});

export const getIntegrityCheck = endpoint({
  ...base,
  id: 'getIntegrityCheck',
  method: 'GET',
  path: '/v1/system/integrity-checks/:integrityCheckId',
  summary: 'A check of all files and what it has found',
  params: z.strictObject({ integrityCheckId: z.uuid() }),
  responses: { 200: integrityCheckResource },
  failures: ['integrity-check-not-found'],
});

export const listIntegrityChecks = endpoint({
  ...base,
  id: 'listIntegrityChecks',
  method: 'GET',
  path: '/v1/system/integrity-checks',
  summary: 'The checks that you have started, newest first',
  query: z.strictObject(workQuery),
  responses: { 200: pageOf(integrityCheckResource).meta({ id: 'IntegrityCheckList' }) },
  failures: [],
});

export const streamSystemMetrics = endpoint({
  ...base,
  id: 'streamSystemMetrics',
  method: 'GET',
  path: '/v1/system/metrics/stream',
  summary: 'Follow how busy the services are, as server-sent events',
  description:
    'An event `system.metrics` after each check of the health service; its data is `SystemMetrics`: grade and score, and for each service its copies, ' +
    'memory, delay of the event loop, queued jobs and cache. `system.unknown` with a `detail` says that the health service does not answer. Only the ' +
    'newest is sent: there is nothing to come back for with `Last-Event-ID`.',
  responses: { 200: { description: 'Events, as they happen.', contentType: 'text/event-stream' } },
  failures: ['overloaded'],
});
