/** Endpoints for a forgotten password: request a one-time token, confirm with it. */
import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { emailAddress } from './email.ts';
import { newPassword, oneTimeToken } from './identity.endpoints.ts';

const base = { tag: 'Identity', auth: 'open', limit: 'credentials', cacheControl: 'no-store' } as const;

export const requestPasswordReset = endpoint({
  ...base,
  id: 'requestPasswordReset',
  method: 'POST',
  path: '/v1/auth/password-reset',
  summary: 'Ask for a password reset',
  description:
    'Answers 202 whether the address has an account or not. If it has one and the installation sends mail, a one-time token is sent to it, valid for ' +
    'one hour. Otherwise ask an operator for a token.',
  body: z.strictObject({ email: emailAddress }).meta({ id: 'PasswordResetRequest' }),
  responses: { 202: { description: 'Accepted.' } },
  failures: [],
  example: { email: 'ana@example.org' },
});

export const confirmPasswordReset = endpoint({
  ...base,
  id: 'confirmPasswordReset',
  method: 'POST',
  path: '/v1/auth/password-reset/confirm',
  summary: 'Set a new password with a one-time token',
  description: 'The token works once. Ends all sessions of the account; API keys stay.',
  body: z.strictObject({ token: oneTimeToken, newPassword }).meta({ id: 'PasswordResetConfirmation' }),
  responses: { 204: { description: 'The new password is set.' } },
  failures: ['overloaded', 'reset-token-invalid'],
  example: { token: 'rfp_gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb9o1Y2d3e4f5', newPassword: 'another horse entirely' },
});
