import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { getSecurityEvents, rotateSigningKey } from './operator.endpoints.ts';
import { SecurityEventStore } from './security-event.store.ts';
import type { SigningKeyRow } from './signing-key.store.ts';
import { SigningKeySet } from './signing-key-set.ts';

const shown = ({ kid, createdAt, signsFrom, retiredAt }: SigningKeyRow) => ({
  kid,
  createdAt: createdAt.toISOString(),
  signsFrom: signsFrom.toISOString(),
  retiresAt: retiredAt?.toISOString() ?? null,
});

@Controller()
export class OperatorController {
  constructor(
    private readonly events: SecurityEventStore,
    private readonly keys: SigningKeySet,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(getSecurityEvents)
  async securityEvents(@Input() { query: { cursor, ...filter } }: InputOf<typeof getSecurityEvents>) {
    const rows = await this.events.list({ ...filter, before: cursor });
    const items = rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
    return { items, nextCursor: items.length === filter.limit ? (items.at(-1)?.id ?? null) : null };
  }

  @Route(rotateSigningKey)
  async rotate(@Input() { body }: InputOf<typeof rotateSigningKey>, @Req() request: FastifyRequest) {
    const keys = await this.keys.rotate(body.signsInSeconds);
    await this.events.record({ kind: 'signing-key-rotated', userId: requireSubject(), address: this.addresses.of(request) });
    return { items: keys.map(shown) };
  }
}
