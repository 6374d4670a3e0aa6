import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from '#compute';
import { Failure } from '#contracts';
import { scopeOf } from '../http/endpoint.ts';
import type { Gate } from '../http/serve-endpoints.ts';
import { confirmationLifetimeHours, EmailConfirmationStore } from './email-confirmation.store.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { MailDelivery } from './mail.service.ts';
import { newOneTimeToken, oneTimeTokenHash } from './one-time-token.ts';
import { SecurityEventStore } from './security-event.store.ts';

type ConfirmationConfig = Pick<IdentityConfig, 'GATEWAY_EMAIL_CONFIRMATION' | 'GATEWAY_EMAIL_CONFIRMATION_URL'>;

/** Accounts that are known to be confirmed, which stay so. */
const maxKnown = 10_000;

@Injectable() // sends confirmations of addresses, and keeps accounts without one to reading
export class EmailConfirmation {
  readonly #confirmed = new LRUCache<string, true>(atMostEntries(maxKnown));

  constructor(
    private readonly store: EmailConfirmationStore,
    private readonly mail: MailDelivery,
    private readonly events: SecurityEventStore,
    @Inject(IDENTITY_CONFIG) private readonly config: ConfirmationConfig,
  ) {}

  get isRequired(): boolean {
    return this.config.GATEWAY_EMAIL_CONFIRMATION === 'required';
  }

  /** An account that is not confirmed may log in, manage itself and read. */
  readonly gate: Gate = (endpoint) => {
    if (!this.isRequired || endpoint.auth === 'open' || scopeOf(endpoint) === 'account' || isReading(endpoint.method)) return undefined;
    return (_request, _reply, { subject }) => (subject && !this.#confirmed.has(subject) ? this.#require(subject) : undefined);
  };

  async #require(userId: string): Promise<void> {
    if (!(await this.store.isConfirmed(userId)))
      throw new Failure(
        'email-not-confirmed',
        'Confirm your e-mail address with the token that was sent to it; until then you can only read.',
      );
    this.#confirmed.set(userId, true);
  }

  /** Sends a token to the address of the account, unless it is confirmed. @throws Failure too-many-requests, unauthenticated */
  async send(userId: string): Promise<void> {
    const { token, hash } = newOneTimeToken('rfc');
    const issued = await this.store.issue(userId, hash);
    if (issued === undefined) throw new Failure('unauthenticated', 'This account no longer exists.');
    if (issued === 'confirmed') return;
    if ('retryAfterSeconds' in issued)
      throw new Failure('too-many-requests', 'A message was sent already; look for it, or wait.', {
        retryAfterSeconds: issued.retryAfterSeconds,
      });
    const { email } = issued;
    this.mail.post(async () => ({ to: email, subject: 'Confirm your e-mail address', text: this.#textOf(token) }));
  }

  /** @throws Failure confirmation-token-invalid */
  async confirm(token: string, address: string): Promise<void> {
    const userId = await this.store.confirm(oneTimeTokenHash(token));
    if (!userId) throw new Failure('confirmation-token-invalid', 'This token is unknown, used or expired.');
    await this.events.record({ kind: 'email-confirmed', userId, address });
  }

  #textOf(token: string): string {
    const page = this.config.GATEWAY_EMAIL_CONFIRMATION_URL;
    return `An account was registered with this e-mail address. If it was not you, ignore this message.

To confirm the address, ${page ? 'open this link' : 'use this one-time token'}, which is valid for ${confirmationLifetimeHours} hours:

${page ? `${page}#token=${token}` : token}
`;
  }
}

const isReading = (method: string) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
