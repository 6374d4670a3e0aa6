import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireSubject } from '#platform';
import type { InputOf } from '../http/endpoint.ts';
import { ClientAddresses } from '../http/limits/client-addresses.ts';
import { Input, Route } from '../http/route.ts';
import type { ApiKeyRow } from './api-key.store.ts';
import { createApiKey, deleteApiKey, getApiKey, getApiKeys } from './api-keys.endpoints.ts';
import { ApiKeys } from './api-keys.service.ts';

const time = (date: Date | null) => date?.toISOString() ?? null;
const shown = <Row extends ApiKeyRow>({ createdAt, expiresAt, lastUsedAt, ...row }: Row) => ({
  ...row,
  createdAt: createdAt.toISOString(),
  expiresAt: time(expiresAt),
  lastUsedAt: time(lastUsedAt),
});

@Controller()
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly addresses: ClientAddresses,
  ) {}

  @Route(createApiKey)
  async create(@Input() { body }: InputOf<typeof createApiKey>, @Req() request: FastifyRequest) {
    return shown(await this.keys.make(requireSubject(), body, this.addresses.of(request)));
  }

  @Route(getApiKeys)
  async list(@Input() { query }: InputOf<typeof getApiKeys>) {
    const { items, nextCursor } = await this.keys.list(requireSubject(), query);
    return { items: items.map(shown), nextCursor };
  }

  @Route(getApiKey)
  async one(@Input() { params }: InputOf<typeof getApiKey>) {
    return shown(await this.keys.get(requireSubject(), params.apiKeyId));
  }

  @Route(deleteApiKey)
  revoke(@Input() { params }: InputOf<typeof deleteApiKey>, @Req() request: FastifyRequest): Promise<void> {
    return this.keys.revoke(requireSubject(), params.apiKeyId, this.addresses.of(request));
  }
}
