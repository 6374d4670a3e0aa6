import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import type { Credentials } from './accounts.service.ts';
import { CredentialCheck } from './credential-check.service.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type Session, SessionTokens } from './session-tokens.service.ts';

@Injectable() // creates a session after a password check
export class Login {
  constructor(
    private readonly credentials: CredentialCheck,
    private readonly tokens: SessionTokens,
    private readonly events: SecurityEventStore,
  ) {}

  /**
   * Cancels the deletion of the account, if one is scheduled.
   *
   * @throws Failure credentials-invalid, the same for an unknown address and a wrong password; account-disabled, only with the right password;
   *   too-many-requests
   */
  async login(given: Credentials, address: string): Promise<Session> {
    const { account, areRight } = await this.credentials.check(given, address);
    if (account?.disabledAt && areRight) return this.#refuse(account.id, address);
    const begun = account && areRight ? await this.tokens.begin(account, address) : undefined;
    if (begun?.cancelsDeletion) await this.events.record({ kind: 'deletion-cancelled', userId: account?.id, address });
    await this.events.record({ kind: begun ? 'login-succeeded' : 'login-failed', userId: account?.id, address });
    if (!begun) throw new Failure('credentials-invalid', 'Unknown e-mail address or wrong password.');
    return begun.session;
  }

  async #refuse(userId: string, address: string): Promise<never> {
    await this.events.record({ kind: 'login-refused', userId, address });
    throw new Failure('account-disabled', 'An operator has disabled this account.');
  }
}
