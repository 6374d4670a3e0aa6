import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#storage';
import { type InvitationRow, InvitationStore } from './invitation.store.ts';
import { MailDelivery } from './mail.service.ts';
import { newOneTimeToken } from './one-time-token.ts';
import { SecurityEventStore } from './security-event.store.ts';

export interface NewInvitation {
  /** Normalised; null: any address. */
  readonly email: string | null;
  readonly expiresInHours: number;
}

@Injectable() // creates, lists and revokes invitations
export class Invitations {
  constructor(
    private readonly store: InvitationStore,
    private readonly events: SecurityEventStore,
    private readonly mail: MailDelivery,
  ) {}

  /** Sends the token to the address, if there is one and this installation sends mail. @returns the invitation with its token, which is not stored. @throws Failure too-many-invitations */
  async create({ email, expiresInHours }: NewInvitation, operatorId: string, address: string) {
    const { token, hash } = newOneTimeToken('rfi');
    const expiresAt = new Date(Date.now() + expiresInHours * 3_600_000);
    const row = await this.store.add({ hash, email, createdBy: operatorId, expiresAt });
    await this.events.record({ kind: 'invitation-created', userId: operatorId, address });
    if (email) this.mail.post(async () => ({ to: email, subject: 'Invitation', text: textOf(token, expiresAt) }));
    return { ...row, token };
  }

  list(page: PageRequest): Promise<Page<InvitationRow>> {
    return this.store.list(page);
  }

  /** @throws Failure invitation-not-found */
  get(id: string): Promise<InvitationRow> {
    return this.store.get(id);
  }

  /** @throws Failure invitation-not-found */
  async delete(id: string, operatorId: string, address: string): Promise<void> {
    await this.store.remove(id);
    await this.events.record({ kind: 'invitation-revoked', userId: operatorId, address });
  }
}

const textOf = (
  token: string,
  expiresAt: Date,
) => `You are invited to register. Send this one-time token as \`invitation\` with your registration, until ${expiresAt.toISOString()}:

${token}
`;
