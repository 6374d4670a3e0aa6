import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database, requireSubject, standingsOf } from '#platform';
import type { Page } from '#storage';
import type { InputOf } from '../http/endpoint.ts';
import { revisionOfRequest } from '../http/if-match.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import {
  createInvitation,
  deleteInvitation,
  getInvitation,
  getUser,
  listInvitations,
  listUsers,
  presentAccount,
  presentAccountDetails,
  updateUser,
} from './administration.endpoints.ts';
import type { InvitationRow } from './invitation.store.ts';
import { Invitations } from './invitations.service.ts';
import type { UserRow } from './user.store.ts';
import { UserAdministration } from './user-administration.service.ts';

const account = ({ id, email, roles, createdAt, disabledAt, deletionDueAt, revision }: UserRow) => ({
  id,
  email,
  roles,
  createdAt: createdAt.toISOString(),
  disabled: disabledAt !== null,
  disabledAt: disabledAt?.toISOString() ?? null,
  deletionDueAt: deletionDueAt?.toISOString() ?? null,
  revision,
});

const invitation = ({ id, email, createdBy, createdAt, expiresAt }: InvitationRow) => ({
  id,
  email,
  createdBy,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

const shown = <Row, Item>({ items, nextCursor }: Page<Row>, item: (row: Row) => Item) => ({ items: items.map(item), nextCursor });

@Controller()
export class AdministrationController {
  constructor(
    private readonly users: UserAdministration,
    private readonly invitations: Invitations,
    private readonly addresses: ClientAddresses,
    private readonly database: Database,
  ) {}

  @Route(listUsers)
  async listUsers(@Input() { query }: InputOf<typeof listUsers>) {
    return shown(await this.users.list(query), (row) => presentAccount.of(account(row)));
  }

  @Route(getUser)
  async getUser(@Input() { params }: InputOf<typeof getUser>) {
    return this.details(await this.users.get(params.userId));
  }

  @Route(updateUser)
  async updateUser(@Input() { params, headers, body }: InputOf<typeof updateUser>, @Req() request: FastifyRequest) {
    const change = { ...body, ...revisionOfRequest(headers, 'required') };
    return this.details(await this.users.change(params.userId, change, this.addresses.of(request)));
  }

  private async details(row: UserRow) {
    return presentAccountDetails.of({ ...account(row), quotas: await standingsOf(this.database.source, row.id) });
  }

  @Route(createInvitation)
  async createInvitation(@Input() { body }: InputOf<typeof createInvitation>, @Req() request: FastifyRequest) {
    const { token, ...row } = await this.invitations.create(body, requireSubject(), this.addresses.of(request));
    return { ...invitation(row as InvitationRow), token };
  }

  @Route(listInvitations)
  async listInvitations(@Input() { query }: InputOf<typeof listInvitations>) {
    return shown(await this.invitations.list(query), invitation);
  }

  @Route(getInvitation)
  async getInvitation(@Input() { params }: InputOf<typeof getInvitation>) {
    return invitation(await this.invitations.get(params.invitationId));
  }

  @Route(deleteInvitation)
  deleteInvitation(@Input() { params }: InputOf<typeof deleteInvitation>, @Req() request: FastifyRequest): Promise<void> {
    return this.invitations.delete(params.invitationId, requireSubject(), this.addresses.of(request));
  }
}
