import { Injectable } from '@nestjs/common';
import type { Credentials } from './accounts.service.ts';
import { LoginBudget } from './login-budget.ts';
import { PasswordStore } from './password.store.ts';
import { Passwords } from './passwords.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface CheckedCredentials {
  /** The claimed account. */
  readonly account: UserRow | null;
  readonly areRight: boolean;
}

@Injectable() // verifies an e-mail address and a password
export class CredentialCheck {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly hashes: PasswordStore,
    private readonly budget: LoginBudget,
  ) {}

  /** @throws Failure too-many-requests */
  async check({ email, password }: Credentials, address: string): Promise<CheckedCredentials> {
    const account = await this.users.byEmail(email);
    await this.budget.spend(email, account?.id, address);
    const { matches, rehashed } = await this.passwords.check(password, account?.passwordHash);
    if (!account || !matches) return { account, areRight: false };
    return { account: rehashed ? await this.#rehash(account, rehashed) : account, areRight: true };
  }

  async #rehash(account: UserRow, to: string): Promise<UserRow> {
    const replaced = await this.hashes.rehash(account.id, { from: account.passwordHash, to });
    return replaced ? { ...account, passwordHash: to } : account;
  }
}
