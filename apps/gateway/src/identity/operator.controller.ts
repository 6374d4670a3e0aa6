import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure, invalidField } from '#contracts';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import { getSecurityEvents, getSigningKey, listSigningKeys, rotateSigningKey } from './operator.endpoints.ts';
import { SecurityEventStore } from './security-event.store.ts';
import { type SigningKeyRow, SigningKeyStore } from './signing-key.store.ts';
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
    private readonly keyStore: SigningKeyStore,
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
    const key = await this.keys.rotate(body.signsInSeconds);
    await this.events.record({ kind: 'signing-key-rotated', userId: requireSubject(), address: this.addresses.of(request) });
    return shown(key);
  }

  @Route(listSigningKeys)
  async signingKeys(@Input() { query: { cursor, limit } }: InputOf<typeof listSigningKeys>) {
    const keys = await this.keyStore.all();
    const first = cursor === undefined ? 0 : keys.findIndex(({ kid }) => kid === cursor) + 1;
    if (cursor !== undefined && first === 0) throw invalidField('/query/cursor', 'is none of ours');
    const items = keys.slice(first, first + limit).map(shown);
    return { items, nextCursor: first + limit < keys.length ? items.at(-1)!.kid : null };
  }

  @Route(getSigningKey)
  async signingKey(@Input() { params }: InputOf<typeof getSigningKey>) {
    const key = (await this.keyStore.all()).find(({ kid }) => kid === params.kid);
    if (!key) throw new Failure('not-found', `There is no signing key ${params.kid}.`);
    return shown(key);
  }
}
