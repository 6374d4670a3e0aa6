/** Settings of services, for operators. The reverse proxy does not expose them. */
import * as z from 'zod';
import { operatorSettings, serviceNames, settingsChange } from '#contracts';
import { endpoint } from '../http/endpoint.ts';

const base = {
  tag: 'Operators',
  auth: 'operator',
  scope: 'account',
  cacheControl: 'no-store',
  path: '/v1/operators/settings/:service',
  params: z.strictObject({ service: z.enum(serviceNames) }),
} as const;

export const getSettings = endpoint({
  ...base,
  id: 'getSettings',
  method: 'GET',
  summary: 'Settings that operators have set for a service',
  responses: { 200: operatorSettings },
  failures: [],
});

export const updateSettings = endpoint({
  ...base,
  id: 'updateSettings',
  method: 'PATCH',
  summary: 'Change settings of a service while it runs',
  description:
    'Only settings that `GET /v1/system/config` shows as changeable. A running instance checks the values; they are stored, and every instance uses them within seconds, ' +
    'also one that starts later. They come before the environment.',
  body: settingsChange,
  responses: { 200: operatorSettings },
  failures: ['service-not-running'],
  example: { LOG_LEVEL: 'debug' },
});
