import { Controller, Req } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { revisionOfRequest } from '../http/if-match.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Reply, Route } from '../http/route.ts';
import { deleteMe, deleteUser, getAccountDeletion } from './account-deletion.endpoints.ts';
import { AccountDeletion, type DeletionStatus } from './account-deletion.service.ts';
import { sessionOf } from './authentication.service.ts';

@Controller()
export class AccountDeletionController {
  constructor(
    private readonly deletions: AccountDeletion,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(deleteMe)
  async deleteMe(@Input() { body }: InputOf<typeof deleteMe>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const caller = { userId: requireSubject(), sessionId: sessionOf(request), address: this.addresses.of(request) };
    return located(reply, await this.deletions.requestOwn({ ...caller, password: body.password }));
  }

  @Route(deleteUser)
  async deleteUser(@Input() { params, headers }: InputOf<typeof deleteUser>, @Req() request: FastifyRequest, @Reply() reply: FastifyReply) {
    const { ifRevision } = revisionOfRequest(headers, 'optional');
    return located(reply, await this.deletions.requestOf(params.userId, this.addresses.of(request), ifRevision));
  }

  @Route(getAccountDeletion)
  status(@Input() { params }: InputOf<typeof getAccountDeletion>) {
    return this.deletions.status(params.deletionId);
  }
}

function located(reply: FastifyReply, status: DeletionStatus): DeletionStatus {
  reply.header('location', `/v1/account-deletions/${status.id}`);
  return status;
}
