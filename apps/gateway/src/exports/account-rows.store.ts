/** Rows of the gateway for an account export: the account, its API keys and webhooks, without secrets. */
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { ApiKeyStore } from '../identity/api-key.store.ts';

@Injectable()
export class AccountRows {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeyStore,
  ) {}

  account(ownerId: string): Promise<object[]> {
    return this.rows('SELECT id, email, roles, jobs.iso(created_at) AS "createdAt" FROM identity.users WHERE id = $1', ownerId);
  }

  /** Newest first, as they are listed. Dates become text when the rows are written. */
  async apiKeys(ownerId: string): Promise<object[]> {
    return (await this.keys.list(ownerId)).items; // as many as one may have
  }

  webhooks(ownerId: string): Promise<object[]> {
    return this.rows(
      `SELECT id, url, description, events, metadata, jobs.iso(created_at) AS "createdAt" FROM gateway.webhook WHERE owner_id = $1 ORDER BY created_at, id`,
      ownerId,
    );
  }

  private rows(sql: string, ownerId: string): Promise<object[]> {
    return queryRows<object>(this.database.source, sql, [ownerId]);
  }
}
