import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { atMostEntries } from '#compute';
import { Failure, type Scope } from '#contracts';
import type { Page, PageRequest } from '#storage';
import { type ApiKeyHolder, type ApiKeyRow, ApiKeyStore } from './api-key.store.ts';
import { apiKeyHash, looksLikeApiKey, newApiKey } from './api-key.ts';
import { RevokedApiKeys } from './revoked-api-keys.ts';
import { SecurityEventStore } from './security-event.store.ts';

/** Maximum time until every instance rejects a revoked key. */
const knownForMs = 5_000;

@Injectable() // creates, revokes and verifies API keys
export class ApiKeys {
  private readonly known = new LRUCache<string, ApiKeyHolder>({ ...atMostEntries(10_000), ttl: knownForMs });

  constructor(
    private readonly store: ApiKeyStore,
    private readonly revoked: RevokedApiKeys,
    private readonly events: SecurityEventStore,
  ) {}

  async make(ownerId: string, facts: { name: string; scopes: readonly Scope[]; expiresAt: string | null }, address: string) {
    const made = newApiKey();
    const row = await this.store.add(ownerId, made, facts);
    await this.events.record({ kind: 'api-key-created', userId: ownerId, address });
    return { ...row, key: made.key };
  }

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  list(ownerId: string, page: PageRequest): Promise<Page<ApiKeyRow>> {
    return this.store.list(ownerId, page);
  }

  /** @throws Failure api-key-not-found, also for another owner's key */
  get(ownerId: string, id: string): Promise<ApiKeyRow> {
    return this.store.get(ownerId, id);
  }

  async revoke(ownerId: string, id: string, address: string): Promise<void> {
    await this.store.remove(ownerId, id);
    for (const [key, holder] of this.known.entries()) if (holder.id === id) this.known.delete(key);
    this.revoked.add(id);
    await this.events.record({ kind: 'api-key-revoked', userId: ownerId, address });
  }

  /** @throws Failure unauthenticated when it is unknown, revoked or expired */
  async holderOf(key: string): Promise<ApiKeyHolder> {
    const holder = this.known.get(key) ?? (looksLikeApiKey(key) ? await this.store.use(apiKeyHash(key)) : undefined);
    if (!holder || (holder.expiresAt && holder.expiresAt.getTime() <= Date.now()))
      throw new Failure('unauthenticated', 'This API key is not valid.');
    if (!this.known.has(key)) this.known.set(key, holder);
    return holder;
  }
}
