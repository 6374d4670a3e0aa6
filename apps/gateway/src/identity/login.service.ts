import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import type { Credentials } from './accounts.service.ts';
import { PasswordStore } from './password.store.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type Session, SessionTokens } from './session-tokens.service.ts';
import { type UserRow, UserStore } from './user.store.ts';

@Injectable() // checks e-mail and password and begins a session
export class Login {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly hashes: PasswordStore,
    private readonly tokens: SessionTokens,
    private readonly events: SecurityEventStore,
  ) {}

  /** @throws Failure credentials-invalid, the same for an unknown address and a wrong password */
  async login(credentials: Credentials, address: string): Promise<Session> {
    const known = await this.users.byEmail(credentials.email);
    const user = await this.#check(known, credentials.password);
    const session = user && (await this.tokens.begin(user, address));
    await this.events.record({ kind: session ? 'login-succeeded' : 'login-failed', userId: known?.id, address });
    if (session) return session;
    throw new Failure('credentials-invalid', 'There is no account with this e-mail address and password.');
  }

  /** @returns the account with the hash it has from now on; undefined when the password does not match */
  async #check(user: UserRow | null, password: string): Promise<UserRow | undefined> {
    const { matches, rehashed } = await this.passwords.check(password, user?.passwordHash);
    if (!user || !matches) return undefined;
    if (!rehashed) return user;
    const replaced = await this.hashes.rehash(user.id, { from: user.passwordHash, to: rehashed });
    return replaced ? { ...user, passwordHash: rehashed } : user;
  }
}
