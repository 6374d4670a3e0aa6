import { Inject, Injectable } from '@nestjs/common';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface Credentials {
  /** In its normal form. */
  readonly email: string;
  readonly password: string;
}

@Injectable() // decides who has an account and what it may do
export class Accounts {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly events: SecurityEventStore,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  /** Hashes before it looks, so that a taken address answers no faster than a free one. @throws Failure email-taken */
  async register({ email, password }: Credentials, address: string): Promise<UserRow> {
    const passwordHash = await this.passwords.hash(password);
    const isOperator = this.config.GATEWAY_OPERATOR_EMAILS.includes(email);
    const user = await this.users.add({ email, passwordHash, roles: isOperator ? ['user', 'operator'] : ['user'] });
    await this.events.record({ kind: 'registered', userId: user.id, address });
    return user;
  }

  /** @throws Failure unauthenticated when the account behind a valid token is gone */
  require(id: string): Promise<UserRow> {
    return this.users.require(id);
  }
}
