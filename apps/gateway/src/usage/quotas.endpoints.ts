/** Limits that hold for every account without its own. The reverse proxy does not expose them. */
import { quotaChange, quotaLimits } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account', cacheControl: 'no-store', path: '/v1/operators/quotas' } as const;

export const getQuotas = endpoint({
  ...base,
  id: 'getQuotas',
  method: 'GET',
  summary: 'The limits of accounts that have none of their own',
  responses: { 200: quotaLimits },
  failures: [],
});

export const updateQuotas = endpoint({
  ...base,
  id: 'updateQuotas',
  method: 'PATCH',
  summary: 'Change the limits of accounts that have none of their own',
  description: 'Holds within ten seconds everywhere. An account with a limit of its own keeps that: `PATCH /v1/operators/users/{userId}`.',
  body: quotaChange,
  responses: { 200: quotaLimits },
  failures: [],
  example: { storageBytes: 10_737_418_240 },
});
