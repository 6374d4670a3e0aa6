/** What each command of the operator's command line does; every function returns the text to print. */
import { randomBytes } from 'node:crypto';
import { Failure, type Role } from '#contracts';
import { emailAddress } from '../identity/email.ts';
import { newPassword } from '../identity/identity.endpoints.ts';
import type { UserRow } from '../identity/user.store.ts';
import type { AccountServices } from './account-database.ts';
import type { Command } from './operator-arguments.ts';

/** Stands in the audit log where the API has a client address. */
const address = 'command-line';
const listed = 1_000;
const pageSize = 100;

/** @param password of `create`; one is made when absent. @throws Failure; RangeError for an address or a password that is not valid */
export function perform(command: Exclude<Command, { name: 'help' }>, services: AccountServices, password?: string): Promise<string> {
  switch (command.name) {
    case 'create':
      return create(services, emailOf(command.email), command.isOperator, password);
    case 'reset-password':
      return resetPassword(services, emailOf(command.email));
    case 'grant':
      return setRoles(services, emailOf(command.email), ['user', 'operator']);
    case 'revoke':
      return setRoles(services, emailOf(command.email), ['user']);
    case 'list':
      return list(services);
  }
}

function emailOf(text: string): string {
  const checked = emailAddress.safeParse(text);
  if (!checked.success) throw new RangeError(`${text} is not an e-mail address.`);
  return checked.data;
}

async function create(services: AccountServices, email: string, isOperator: boolean, given?: string): Promise<string> {
  const password = given ?? randomBytes(15).toString('base64url');
  const checked = newPassword.safeParse(password);
  if (!checked.success) throw new RangeError(checked.error.issues[0]?.message ?? 'This password is not valid.');
  const passwordHash = await services.passwords.hash(password);
  const user = await services.users.add({ email, passwordHash, roles: isOperator ? ['user', 'operator'] : ['user'], isConfirmed: true });
  await services.events.record({ kind: 'registered', userId: user.id, address });
  if (isOperator) await services.events.record({ kind: 'operator-granted', userId: user.id, address });
  const made = `Created the ${isOperator ? 'operator' : 'account'} ${email}.`;
  return given === undefined ? `${made}\nIts password, shown this once: ${password}` : made;
}

async function resetPassword({ resets }: AccountServices, email: string): Promise<string> {
  const token = await resets.issue(email, address);
  return [
    `One-time token for ${email}, valid for one hour:`,
    token,
    'Set the new password with:',
    `curl -sS "$RAFAGA/v1/auth/password-reset/confirm" -H 'content-type: application/json' -d '{"token": "${token}", "newPassword": "…"}'`,
  ].join('\n');
}

async function setRoles({ users, administration }: AccountServices, email: string, roles: readonly Role[]): Promise<string> {
  const user = await users.byEmail(email);
  if (!user) throw new Failure('user-not-found', `There is no account ${email}.`);
  await administration.change(user.id, { roles }, address);
  return roles.includes('operator')
    ? `${email} is an operator from its next login or token refresh on.`
    : `${email} is no operator any more; its sessions have ended.`;
}

async function list({ administration }: AccountServices): Promise<string> {
  const rows: UserRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await administration.list({ limit: pageSize, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor && rows.length < listed);
  if (rows.length === 0) return 'There are no accounts. Make an operator: npm run operator -- create ADDRESS';
  const width = Math.max(...rows.map(({ email }) => email.length));
  const lines = rows.map((row) => `${row.email.padEnd(width)}  ${row.createdAt.toISOString().slice(0, 10)}  ${stateOf(row)}`);
  return [...lines, ...(cursor ? [`… the newest ${listed} accounts`] : [])].join('\n');
}

const stateOf = ({ roles, disabledAt }: UserRow) =>
  [roles.includes('operator') ? 'operator' : 'user', ...(disabledAt ? ['disabled'] : [])].join(', ');
