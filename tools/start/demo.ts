import { randomBytes } from 'node:crypto';
import type { StateFile } from './started-processes.ts';

export interface DemoUser {
  readonly email: string;
  readonly password: string;
}

export interface DemoAccess extends DemoUser {
  readonly token: string;
}

/** Creates an account in the database. @returns false when the address has an account already */
export type CreateAccount = (user: DemoUser) => Promise<boolean>;

/**
 * Logs a user in through the public API, after creating it the first time. Its password is generated once and stored.
 *
 * @param name before the `@`
 * @throws Error with the response of the API when the login fails
 */
export async function demoAccess(
  gatewayUrl: string,
  { name, kept, create }: { readonly name: string; readonly kept: StateFile<DemoUser>; readonly create: CreateAccount },
): Promise<DemoAccess> {
  const known = kept.read();
  const token = known && (await login(gatewayUrl, known));
  if (known && token) return { ...known, token };
  const user = await createFirst(create, [name, `${name}-${randomBytes(3).toString('hex')}`]);
  kept.write(user);
  const first = await login(gatewayUrl, user);
  if (!first) throw new Error(`The account ${user.email} was created, but its login was refused.`);
  return { ...user, token: first };
}

/** Tries one name after the other: the database may hold the first one with an unknown password. */
async function createFirst(create: CreateAccount, [name = 'demo', ...others]: readonly string[]): Promise<DemoUser> {
  const user = { email: `${name}@example.com`, password: randomBytes(15).toString('base64url') };
  if (await create(user)) return user;
  if (others.length === 0) throw new Error(`There is an account ${user.email} already.`);
  return createFirst(create, others);
}

/** @returns an access token; undefined when these credentials are not known there */
async function login(gatewayUrl: string, { email, password }: DemoUser): Promise<string | undefined> {
  const answer = await post(gatewayUrl, '/v1/auth/login', { email, password });
  if (answer.status === 401 || answer.status === 400) return undefined; // 400: what we kept is damaged
  if (!answer.ok) throw new Error(`The demo user could not log in: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

function post(gatewayUrl: string, path: string, body: object): Promise<Response> {
  return fetch(gatewayUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}

/** When to fetch the next token: halfway through the life of this one, at least half a minute from now. */
export function renewInMs(token: string, now = Date.now()): number {
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return Math.max(30_000, (exp * 1_000 - now) / 2);
}
