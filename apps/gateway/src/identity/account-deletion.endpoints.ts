/** Endpoints for the deletion of accounts. */
import * as z from 'zod';
import { erasingServices } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { ifMatch } from '../http/if-match.ts';
import { password } from './identity.endpoints.ts';

const base = { scope: 'account', cacheControl: 'no-store' } as const;

const accountDeletion = z
  .object({
    id: z.uuid().meta({ description: 'Who knows it can read how far the deletion is; it names nobody.' }),
    state: z
      .enum(['scheduled', 'cancelled', 'erasing', 'done'])
      .meta({ description: '`done`: nothing of the account is kept any more.', examples: ['scheduled'] }),
    requestedAt: z.iso.datetime(),
    dueAt: z.iso.datetime().meta({ description: 'Until then a login cancels the deletion.' }),
    begunAt: z.iso.datetime().nullable().meta({ description: 'When the account ended; null before.' }),
    doneAt: z.iso.datetime().nullable().meta({ description: 'When every service had erased what it kept; null before.' }),
    waitingFor: z
      .array(z.enum(erasingServices))
      .meta({ description: 'While it is erased: services that have not confirmed.', examples: [['video']] }),
  })
  .meta({ id: 'AccountDeletion', description: 'The deletion of an account.' });

const scheduled = {
  202: {
    description: 'The deletion is scheduled; `Location` tells how far it is.',
    contentType: 'application/json',
    schema: accountDeletion,
    headers: { Location: 'The deletion, readable without a token.' },
  },
} as const;

export const deleteMe = endpoint({
  ...base,
  auth: 'user',
  limit: 'credentials',
  id: 'deleteMe',
  method: 'DELETE',
  path: '/v1/me',
  tag: 'Identity',
  summary: 'Delete your account',
  description:
    'Ends all your sessions at once, and your API keys are refused. In 30 days (an installation may say otherwise) everything of yours is erased: files, ' +
    'resources, jobs, webhooks, uploads. Until then a login cancels the deletion. Bytes that another account has as well stay there. Needs the password, ' +
    'or a login in the last ten minutes.',
  body: z.strictObject({ password: password.optional() }).default({}).meta({ id: 'AccountDeletionRequest' }),
  responses: scheduled,
  failures: ['credentials-invalid', 'last-operator', 'login-needed', 'overloaded'],
  example: { password: 'correct horse battery' },
});

export const deleteUser = endpoint({
  ...base,
  auth: 'operator',
  id: 'deleteUser',
  method: 'DELETE',
  path: '/v1/operators/users/:userId',
  tag: 'Operators',
  summary: 'Delete an account',
  description:
    'Disables the account at once and schedules its deletion, as its owner could. Its owner cannot cancel that by a login; enable the account again to cancel it.',
  params: z.strictObject({ userId: z.uuid() }),
  headers: ifMatch.optional.headers,
  responses: scheduled,
  failures: ['last-operator', 'user-not-found', ...ifMatch.optional.failures],
});

export const getAccountDeletion = endpoint({
  id: 'getAccountDeletion',
  auth: 'open',
  method: 'GET',
  path: '/v1/account-deletions/:deletionId',
  tag: 'Identity',
  summary: 'State of an account deletion',
  description: 'Needs no token, because the account may be gone. The record is kept for 90 days after the end.',
  cacheControl: 'no-store',
  params: z.strictObject({ deletionId: z.uuid() }),
  responses: { 200: accountDeletion },
  failures: ['deletion-not-found'],
});
