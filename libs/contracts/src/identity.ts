/** Accounts: their failures, and what identity tells all copies of the gateway and the services that keep data of an account. */
import * as z from 'zod';
import type { FailureTable } from './failure-table.ts';
import { event } from './rpc.ts';
import type { ServiceName } from './service-names.ts';

export const identityFailures = {
  'registration-closed': {
    status: 403,
    title: 'Registration is closed',
    page: 'This installation does not let people register. An operator can create the account on the command line: `npm run operator -- create --user ADDRESS`.',
  },
  'invitation-invalid': {
    status: 403,
    title: 'A valid invitation is required',
    page: 'This installation accepts registrations by invitation only. Send the token of the invitation as `invitation`. The token is unknown, used, revoked or expired, or it was made for another e-mail address. Ask an operator for a new one.',
  },
  'invitation-not-found': {
    status: 404,
    title: 'Invitation not found',
    page: 'There is no open invitation with this id. It may have been used, revoked, or have expired.',
  },
  'too-many-invitations': {
    status: 409,
    title: 'The limit of open invitations is reached',
    page: 'The installation has the maximum number of open invitations. Revoke some, or wait until they expire.',
  },
  'reset-token-invalid': {
    status: 403,
    title: 'This password reset is not valid',
    page: 'The token of the password reset is unknown, used or expired. A token works once and for one hour, and a change of the password ends it. Request a new one.',
  },
  'email-not-confirmed': {
    status: 403,
    title: 'The e-mail address is not confirmed',
    page: 'This installation requires the confirmation of your e-mail address. Until then you can log in, manage your account and read. Send the token of the message to `POST /v1/auth/email-confirmation/confirm`; `POST /v1/auth/email-confirmation` sends another message.',
  },
  'confirmation-token-invalid': {
    status: 403,
    title: 'This confirmation is not valid',
    page: 'The token of the confirmation is unknown, used or expired. A token works once and for a day. Log in and ask for another message with `POST /v1/auth/email-confirmation`.',
  },
  'account-disabled': {
    status: 403,
    title: 'The account is disabled',
    page: 'The password is correct, but an operator has disabled this account. Its sessions have ended and its API keys are refused until an operator enables it again.',
  },
  'user-not-found': {
    status: 404,
    title: 'Account not found',
    page: 'There is no account with this id. It may have been deleted.',
  },
  'login-needed': {
    status: 403,
    title: 'The password or a recent login is required',
    page: 'The deletion of an account needs the password in the request, or a session that began with a login in the last ten minutes. Send `password`, or log in again.',
  },
  'deletion-not-found': {
    status: 404,
    title: 'Deletion not found',
    page: 'There is no deletion of an account with this id. The record of a completed or cancelled deletion is kept for 90 days.',
  },
  'last-operator': {
    status: 409,
    title: 'This is the last operator',
    page: 'The change would leave the installation without an operator. Make another account an operator first.',
  },
} as const satisfies FailureTable;

/** Sessions have ended: their access tokens open nothing any more. */
export const sessionsEnded = event({
  subject: 'events.session.ended.v1',
  publishedBy: 'gateway',
  payload: z.object({ sessionIds: z.array(z.uuid()).min(1).max(1_000) }),
});

/**
 * An account was deleted: the services erase what they keep of it. The event says when to begin; PostgreSQL has the request, so a service that misses
 * the event finds it there.
 */
export const userDeleted = event({
  subject: 'events.user.deleted.v1',
  publishedBy: 'gateway',
  payload: z.object({ userId: z.uuid() }),
});

/** Services that keep something of an account: an erasure is complete when each of them has confirmed it. */
export const erasingServices = ['gateway', 'audio', 'video', 'posts', 'cache'] as const satisfies readonly ServiceName[];

/** What an API key may be used for: reading (GET) and everything else. */
export const scopes = ['read', 'write'] as const;
export type Scope = (typeof scopes)[number];

/** Who may register: everybody, holders of an invitation, or nobody. */
export const registrationModes = ['open', 'invite', 'closed'] as const;
export type RegistrationMode = (typeof registrationModes)[number];
