/** Endpoints for operators: accounts and invitations. The reverse proxy does not expose them. */
import * as z from 'zod';
import { cursor, decimalInteger, integer, quotaChange, quotaStandings, resourceRevision, roles } from '#contracts';
import { endpoint } from '../http/endpoint.ts';
import { ifMatch } from '../http/if-match.ts';
import { pageOf, presentResource } from '../http/presenter.ts';
import { emailAddress } from './email.ts';

const base = { tag: 'Operators', auth: 'operator', scope: 'account', cacheControl: 'no-store' } as const;
const page = z.strictObject({ cursor: cursor().optional(), limit: decimalInteger({ min: 1, max: 100 }).default(20) });

const account = z
  .object({
    id: z.uuid(),
    email: z.string(),
    roles: z.array(z.enum(roles)),
    createdAt: z.iso.datetime(),
    disabled: z.boolean(),
    disabledAt: z.iso.datetime().nullable(),
    deletionDueAt: z.iso.datetime().nullable().meta({ description: 'When the account will be deleted; null: it stays.' }),
    revision: resourceRevision,
  })
  .meta({ description: 'An account as operators see it.' });
const links = { self: '/v1/operators/users/{id}' } as const;
export const presentAccount = presentResource({ id: 'Account', of: account, links });

const accountDetails = account
  .extend({ quotas: quotaStandings })
  .meta({ description: 'An account as operators see it, with what it uses.' });
export const presentAccountDetails = presentResource({ id: 'AccountDetails', of: accountDetails, links });

export const listUsers = endpoint({
  ...base,
  id: 'listUsers',
  method: 'GET',
  path: '/v1/operators/users',
  summary: 'All accounts, newest first',
  query: page,
  responses: { 200: pageOf(presentAccount.schema).meta({ id: 'AccountList' }) },
  failures: [],
});

export const getUser = endpoint({
  ...base,
  id: 'getUser',
  method: 'GET',
  path: '/v1/operators/users/:userId',
  summary: 'One account',
  params: z.strictObject({ userId: z.uuid() }),
  responses: { 200: presentAccountDetails.schema },
  failures: ['user-not-found'],
});

export const updateUser = endpoint({
  ...base,
  id: 'updateUser',
  method: 'PATCH',
  path: '/v1/operators/users/:userId',
  summary: 'Change the roles and quotas of an account, or disable it',
  description:
    'Send its `ETag` in `If-Match`. An account that loses a role or is disabled loses all its sessions; their access tokens are refused after five seconds at most, and so are the API ' +
    'keys of a disabled account. The last operator can neither lose the role nor be disabled.',
  params: z.strictObject({ userId: z.uuid() }),
  headers: ifMatch.required.headers,
  body: z
    .strictObject({
      roles: z
        .array(z.enum(roles))
        .max(roles.length)
        .refine((names) => names.includes('user'), { error: 'must contain user' })
        .refine((names) => new Set(names).size === names.length, { error: 'must not repeat a role' })
        .optional(),
      disabled: z.boolean().optional(),
      quotas: quotaChange.optional().meta({
        description: 'New limits by meter; null: the limit that holds for every account.',
        examples: [{ storageBytes: 1_073_741_824 }],
      }),
    })
    .meta({ id: 'AccountChange' }),
  responses: { 200: presentAccountDetails.schema },
  failures: ['last-operator', 'user-not-found', ...ifMatch.required.failures],
  example: { roles: ['user', 'operator'] },
});

const invitation = z
  .object({
    id: z.uuid(),
    email: z.string().nullable().meta({ description: 'The only address that may register with it; null: any.' }),
    createdBy: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

export const createInvitation = endpoint({
  ...base,
  id: 'createInvitation',
  method: 'POST',
  path: '/v1/invitations',
  summary: 'Create an invitation',
  description:
    'The token is shown this once and works once, as `invitation` of `POST /v1/auth/register`. Where this installation sends mail, it is sent to `email` as well.',
  body: z
    .strictObject({ email: emailAddress.nullable().default(null), expiresInHours: integer({ min: 1, max: 720 }).default(168) })
    .meta({ id: 'NewInvitation' }),
  locate: ({ id }: z.output<typeof invitation>) => `/v1/invitations/${id}`,
  responses: {
    201: invitation
      .extend({ token: z.string().meta({ description: 'The token itself; it is not stored.' }) })
      .meta({ id: 'CreatedInvitation' }),
  },
  failures: ['too-many-invitations'],
  example: { email: 'ben@example.org', expiresInHours: 48 },
});

export const listInvitations = endpoint({
  ...base,
  id: 'listInvitations',
  method: 'GET',
  path: '/v1/invitations',
  summary: 'Open invitations, newest first',
  query: page,
  responses: { 200: pageOf(invitation).meta({ id: 'InvitationList' }) },
  failures: [],
});

export const getInvitation = endpoint({
  ...base,
  id: 'getInvitation',
  method: 'GET',
  path: '/v1/invitations/:invitationId',
  summary: 'One open invitation',
  params: z.strictObject({ invitationId: z.uuid() }),
  responses: { 200: invitation },
  failures: ['invitation-not-found'],
});

export const deleteInvitation = endpoint({
  ...base,
  id: 'deleteInvitation',
  method: 'DELETE',
  path: '/v1/invitations/:invitationId',
  summary: 'Revoke an invitation',
  params: z.strictObject({ invitationId: z.uuid() }),
  responses: { 204: { description: 'Revoked.' } },
  failures: ['invitation-not-found'],
});
