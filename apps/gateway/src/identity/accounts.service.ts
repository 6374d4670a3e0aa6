import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Role } from '#contracts';
import { EmailConfirmation } from './email-confirmation.service.ts';
import { IDENTITY_CONFIG, type IdentityConfig } from './identity.config.ts';
import { InvitationStore, invitationInvalid } from './invitation.store.ts';
import { oneTimeTokenHash } from './one-time-token.ts';
import { Passwords } from './passwords.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type UserRow, UserStore } from './user.store.ts';

export interface Credentials {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
}

export interface Registration extends Credentials {
  /** Token of an invitation; needed in the mode `invite`, ignored in the mode `open`. */
  readonly invitation?: string | undefined;
}

@Injectable() // creates accounts, for people who may register; nobody becomes an operator by registering
export class Accounts {
  constructor(
    private readonly users: UserStore,
    private readonly invitations: InvitationStore,
    private readonly passwords: Passwords,
    private readonly confirmations: EmailConfirmation,
    private readonly events: SecurityEventStore,
    @Inject(IDENTITY_CONFIG) private readonly config: Pick<IdentityConfig, 'GATEWAY_REGISTRATION'>,
  ) {}

  /**
   * Hashes before the lookup of the address, so that the response time does not reveal whether it is registered.
   *
   * @throws Failure registration-closed; invitation-invalid, before any hashing; email-taken
   */
  async register(registration: Registration, address: string): Promise<UserRow> {
    const invitation = await this.#admit(registration);
    const passwordHash = await this.passwords.hash(registration.password);
    const row = { email: registration.email, passwordHash, roles: ['user'] as Role[], isConfirmed: !this.confirmations.isRequired };
    const user = await (invitation ? this.users.addInvited(row, invitation) : this.users.add(row));
    await this.events.record({ kind: 'registered', userId: user.id, address });
    if (this.confirmations.isRequired) await this.confirmations.send(user.id);
    return user;
  }

  /** @returns the hash of the invitation to use up, in the mode `invite` */
  async #admit({ email, invitation }: Registration): Promise<Buffer | undefined> {
    const mode = this.config.GATEWAY_REGISTRATION;
    if (mode === 'closed') throw new Failure('registration-closed', 'Registration is closed here.');
    if (mode === 'open') return undefined;
    const hash = oneTimeTokenHash(invitation ?? '');
    if (!invitation || !(await this.invitations.isOpen(hash, email))) throw invitationInvalid();
    return hash;
  }

  /** @throws Failure unauthenticated when the account of a valid token was deleted */
  require(id: string): Promise<UserRow> {
    return this.users.require(id);
  }
}
