import { Injectable } from '@nestjs/common';
import { Failure } from '#contracts';
import { EndedSessions } from './ended-sessions.ts';
import { PasswordStore } from './password.store.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { UserStore } from './user.store.ts';

export interface PasswordChangeRequest {
  readonly userId: string;
  readonly current: string;
  readonly next: string;
  /** The caller's session, which is kept. */
  readonly sessionId: string | undefined;
  readonly address: string;
}

@Injectable() // changes a password and ends the account's other sessions
export class PasswordChange {
  constructor(
    private readonly users: UserStore,
    private readonly passwords: Passwords,
    private readonly store: PasswordStore,
    private readonly ended: EndedSessions,
    private readonly events: SecurityEventStore,
  ) {}

  /** @throws Failure credentials-invalid when `current` is not the password */
  async change({ userId, current, next, sessionId, address }: PasswordChangeRequest): Promise<void> {
    const ended = await this.#replace(userId, current, next, sessionId);
    if (!ended) {
      await this.events.record({ kind: 'password-change-failed', userId, address });
      throw new Failure('credentials-invalid', 'The current password is wrong.');
    }
    this.ended.add(ended);
    await this.events.record({ kind: 'password-changed', userId, address });
    if (ended.length > 0) await this.events.record({ kind: 'sessions-ended', userId, address });
  }

  async #replace(userId: string, current: string, next: string, sessionId: string | undefined): Promise<string[] | undefined> {
    const user = await this.users.require(userId);
    const { matches } = await this.passwords.check(current, user.passwordHash);
    if (!matches) return undefined;
    return this.store.change(userId, { from: user.passwordHash, to: await this.passwords.hash(next) }, sessionId);
  }
}
