/** Endpoints for the confirmation of an e-mail address: ask for a message, confirm with its token. */
import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { oneTimeToken } from './identity.endpoints.ts';

const base = { tag: 'Identity', limit: 'credentials', cacheControl: 'no-store' } as const;

export const requestEmailConfirmation = endpoint({
  ...base,
  auth: 'user',
  scope: 'account',
  id: 'requestEmailConfirmation',
  method: 'POST',
  path: '/v1/auth/email-confirmation',
  summary: 'Ask for another message that confirms your address',
  description:
    'Registration sends the first one, where the installation requires it. Sends nothing to an address that is confirmed. One message a minute, five a day.',
  responses: { 202: { description: 'Accepted.' } },
  failures: ['too-many-requests'],
});

export const confirmEmail = endpoint({
  ...base,
  auth: 'open',
  id: 'confirmEmail',
  method: 'POST',
  path: '/v1/auth/email-confirmation/confirm',
  summary: 'Confirm an e-mail address with a one-time token',
  description: 'The token works once and for a day. Tokens of sessions stay as they are and can do more from now on.',
  body: z.strictObject({ token: oneTimeToken }).meta({ id: 'EmailConfirmation' }),
  responses: { 204: { description: 'The address is confirmed.' } },
  failures: ['confirmation-token-invalid'],
  example: { token: 'rfc_gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb9o1Y2d3e4f5' },
});
