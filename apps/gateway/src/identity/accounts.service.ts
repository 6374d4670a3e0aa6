import { Inject, Injectable } from '@nestjs/common';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface Credentials {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
}

@Injectable() // creates accounts and assigns roles
export class Accounts {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly events: SecurityEventStore,
    @Inject(IDENTITY_CONFIG) private readonly config: IdentityConfig,
  ) {}

  /** Hashes before the lookup, so that the response time does not reveal whether an address is registered. @throws Failure email-taken */
  async register({ email, password }: Credentials, address: string): Promise<UserRow> {
    const passwordHash = await this.passwords.hash(password);
    const isOperator = this.config.GATEWAY_OPERATOR_EMAILS.includes(email);
    const user = await this.users.add({ email, passwordHash, roles: isOperator ? ['user', 'operator'] : ['user'] });
    await this.events.record({ kind: 'registered', userId: user.id, address });
    return user;
  }

  /** @throws Failure unauthenticated when the account of a valid token was deleted */
  require(id: string): Promise<UserRow> {
    return this.users.require(id);
  }
}
