/** Endpoints for accounts, sessions and the public keys of access tokens. */
import * as z from 'zod';
import { cursor, decimalInteger, exactText, roles, token } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { pageOf } from '../http/presenter.ts';
import { emailAddress } from './email.ts';

const user = z
  .object({ id: z.uuid(), email: z.string(), roles: z.array(z.enum(roles)), emailConfirmed: z.boolean(), createdAt: z.iso.datetime() })
  .meta({ id: 'User', description: 'An account.' });

export const password = exactText({ min: 1, max: 128 });
/** Of an invitation or a password reset. */
export const oneTimeToken = token({ max: 128 }).meta({ description: 'A one-time token.' });

export const newPassword = password
  .min(10, { error: 'A password has at least 10 characters.' })
  .meta({ examples: ['correct horse battery'] });

const refreshToken = token({ max: 128 }).meta({ description: 'Opaque; good for one use.' });

const session = z
  .object({
    accessToken: z.string().meta({ description: 'An RS256 JWT for the Authorization header.' }),
    refreshToken,
    tokenType: z.literal('Bearer'),
    expiresInSeconds: z.number().int().positive().meta({ description: 'Until the access token expires.' }),
  })
  .meta({ id: 'Session' });

const base = { tag: 'Identity', auth: 'open', limit: 'credentials', cacheControl: 'no-store' } as const;
const example = { email: 'ana@example.org', password: 'correct horse battery' };

export const registerEndpoint = endpoint({
  ...base,
  id: 'registerAccount',
  method: 'POST',
  path: '/v1/auth/register',
  summary: 'Register an account',
  description:
    'Registers an e-mail address with a password. Log in afterwards to get tokens. An installation may require an invitation, or have registration closed.',
  body: z.strictObject({ email: emailAddress, password: newPassword, invitation: oneTimeToken.optional() }).meta({ id: 'Registration' }),
  locate: () => '/v1/me',
  responses: { 201: z.object({ user }) },
  failures: ['email-taken', 'invitation-invalid', 'overloaded', 'registration-closed'],
  example,
});

export const loginEndpoint = endpoint({
  ...base,
  id: 'createSession',
  method: 'POST',
  path: '/v1/auth/login',
  summary: 'Log in',
  description: 'Answers the same, and as slowly, whether the address is unknown or the password wrong.',
  body: z.strictObject({ email: emailAddress, password }).meta({ id: 'Credentials' }),
  responses: { 200: session },
  failures: ['account-disabled', 'credentials-invalid', 'overloaded'],
  example,
});

export const refreshEndpoint = endpoint({
  ...base,
  id: 'refreshSession',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Exchange a refresh token for new tokens',
  description:
    'Each refresh token works once. Sent again within ten seconds it gives the same new refresh token, so that two tabs may refresh at once, until that ' +
    'one is used. After that, sending a used one again ends the whole session, for whoever holds it: one of them stole it.',
  body: z.strictObject({ refreshToken }),
  responses: { 200: session },
  failures: ['refresh-token-invalid', 'token-reused'],
  example: { refreshToken: 'gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb9o1Y2d3e4f5' },
});

export const logoutEndpoint = endpoint({
  ...base,
  id: 'deleteOwnSession',
  method: 'POST',
  path: '/v1/auth/logout',
  summary: 'Log out',
  description: 'Ends the session of a refresh token. Its access tokens open nothing any more after five seconds at most.',
  body: z.strictObject({ refreshToken }),
  responses: { 204: { description: 'The session has ended, or there was none.' } },
  failures: [],
  example: { refreshToken: 'gDq0v3lq3n1m2fQpZp0m0QmE3V8Jc9Qb9o1Y2d3e4f5' },
});

export const changePasswordEndpoint = endpoint({
  ...base,
  auth: 'user',
  scope: 'account',
  id: 'changePassword',
  method: 'POST',
  path: '/v1/auth/password',
  summary: 'Change your password',
  description: 'Ends all your other sessions. API keys stay.',
  body: z.strictObject({ currentPassword: password, newPassword }).meta({ id: 'PasswordChange' }),
  responses: { 204: { description: 'Changed.' } },
  failures: ['credentials-invalid', 'overloaded'],
  example: { currentPassword: 'correct horse battery', newPassword: 'another horse entirely' },
});

const openSession = z
  .object({
    id: z.uuid(),
    current: z.boolean().meta({ description: 'The one this request belongs to.' }),
    createdAt: z.iso.datetime(),
    refreshedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    address: z.string().meta({ description: 'Where it was last refreshed from; an IPv6 address as its /64.' }),
  })
  .meta({ id: 'OpenSession' });

export const getSessionsEndpoint = endpoint({
  id: 'listSessions',
  method: 'GET',
  path: '/v1/sessions',
  tag: 'Identity',
  summary: 'Your sessions, the one refreshed last first',
  auth: 'user',
  scope: 'account',
  query: z.strictObject({ cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) }),
  responses: { 200: pageOf(openSession).meta({ id: 'SessionList' }) },
  failures: [],
});

export const endSessionsEndpoint = endpoint({
  id: 'deleteSessions',
  method: 'DELETE',
  path: '/v1/sessions',
  tag: 'Identity',
  summary: 'Log out everywhere',
  description: 'Ends all your sessions, this one too. Their access tokens open nothing any more after five seconds at most.',
  auth: 'user',
  scope: 'account',
  responses: { 204: { description: 'All of them have ended.' } },
  failures: [],
});

export const endSessionEndpoint = endpoint({
  id: 'deleteSession',
  method: 'DELETE',
  path: '/v1/sessions/:sessionId',
  tag: 'Identity',
  summary: 'End one session',
  auth: 'user',
  scope: 'account',
  params: z.strictObject({ sessionId: z.uuid() }),
  responses: { 204: { description: 'It has ended.' } },
  failures: ['session-not-found'],
});

export const getMeEndpoint = endpoint({
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  tag: 'Identity',
  summary: 'Get your account',
  auth: 'user',
  responses: { 200: user },
  failures: [],
});

export const getJwksEndpoint = endpoint({
  id: 'getJwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  tag: 'Identity',
  summary: 'The public keys that verify access tokens',
  description: 'A JSON Web Key Set (RFC 7517). Tokens name their key by `kid`.',
  auth: 'open',
  cacheControl: 'public, max-age=300',
  responses: {
    200: z
      .object({
        keys: z.array(
          z.object({
            kty: z.literal('RSA'),
            kid: z.string(),
            use: z.literal('sig'),
            alg: z.literal('RS256'),
            n: z.string(),
            e: z.string(),
          }),
        ),
      })
      .meta({ id: 'JsonWebKeySet' }),
  },
  failures: ['service-unavailable'],
});
