import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { sessionOf } from './authentication.service.ts';
import { endSessionEndpoint, endSessionsEndpoint, getSessionsEndpoint } from './identity.endpoints.ts';
import type { OpenSession } from './session.store.ts';
import { Sessions } from './sessions.service.ts';

const shown = ({ createdAt, refreshedAt, expiresAt, ...session }: OpenSession, current: string | undefined) => ({
  ...session,
  current: session.id === current,
  createdAt: createdAt.toISOString(),
  refreshedAt: refreshedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

@Controller()
export class SessionsController {
  constructor(
    private readonly sessions: Sessions,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(getSessionsEndpoint)
  async list(@Input() { query }: InputOf<typeof getSessionsEndpoint>, @Req() request: FastifyRequest) {
    const { items, nextCursor } = await this.sessions.list(requireSubject(), query);
    return { items: items.map((session) => shown(session, sessionOf(request))), nextCursor };
  }

  @Route(endSessionsEndpoint)
  async endAll(@Req() request: FastifyRequest): Promise<void> {
    await this.sessions.endWhere(requireSubject(), {}, this.addresses.of(request));
  }

  @Route(endSessionEndpoint)
  endOne(@Input() { params }: InputOf<typeof endSessionEndpoint>, @Req() request: FastifyRequest): Promise<void> {
    return this.sessions.endOne(requireSubject(), params.sessionId, this.addresses.of(request));
  }
}
