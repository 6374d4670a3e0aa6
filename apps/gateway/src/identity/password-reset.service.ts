import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { EndedSessions, type SessionEnds } from './ended-sessions.ts';
import { type Mail, MailDelivery } from './mail.service.ts';
import { newOneTimeToken, oneTimeTokenHash } from './one-time-token.ts';
import { PasswordResetStore, resetLifetimeMinutes } from './password-reset.store.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';

@Injectable() // issues and confirms password resets
export class PasswordReset {
  constructor(
    private readonly store: PasswordResetStore,
    private readonly passwords: Passwords,
    private readonly mail: MailDelivery,
    @Inject(EndedSessions) private readonly ends: SessionEnds,
    private readonly events: SecurityEventStore,
  ) {}

  /**
   * Sends a token to the address if it has an account and this installation sends mail. The lookup runs after the response, so that neither the
   * response nor its duration reveal whether there is an account. Without mail no token is made: an operator issues one on the command line.
   */
  async request(email: string, address: string): Promise<void> {
    await this.events.record({ kind: 'password-reset-requested', address });
    this.mail.post(() => this.#mailFor(email, address));
  }

  async #mailFor(email: string, address: string): Promise<Mail | undefined> {
    const token = await this.#issue(email, address);
    return token === undefined ? undefined : { to: email, subject: 'Password reset', text: textOf(token) };
  }

  /** @returns a token for the operator to hand over. @throws Failure user-not-found, also for a disabled account */
  async issue(email: string, address: string): Promise<string> {
    const token = await this.#issue(email, address);
    if (token === undefined) throw new Failure('user-not-found', `There is no enabled account ${email}.`);
    return token;
  }

  async #issue(email: string, address: string): Promise<string | undefined> {
    const { token, hash } = newOneTimeToken('rfp');
    const userId = await this.store.issue(email, hash);
    if (!userId) return undefined;
    await this.events.record({ kind: 'password-reset-issued', userId, address });
    return token;
  }

  /** Sets a new password and ends all sessions. API keys stay. @throws Failure reset-token-invalid */
  async confirm(token: string, password: string, address: string): Promise<void> {
    const hash = oneTimeTokenHash(token);
    const userId = await this.store.find(hash); // hashing a password is expensive: only for a valid token
    const done = userId && (await this.store.confirm(userId, hash, await this.passwords.hash(password)));
    if (!done) {
      await this.events.record({ kind: 'password-reset-failed', userId, address });
      throw new Failure('reset-token-invalid', 'This token is unknown, used or expired.');
    }
    this.ends.add(done.ended);
    await this.events.record({ kind: 'password-reset', userId, address });
  }
}

const textOf = (token: string) => `Somebody asked to reset the password of your account. If it was not you, ignore this message.

Your one-time token, valid for ${resetLifetimeMinutes} minutes:

${token}
`;
