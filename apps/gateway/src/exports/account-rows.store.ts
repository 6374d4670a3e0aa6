/** Rows of the gateway for an account export: the account, its API keys and webhooks, without secrets. */
import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';

@Injectable()
export class AccountRows {
  constructor(private readonly database: Database) {}

  account(ownerId: string): Promise<object[]> {
    return this.rows('SELECT id, email, roles, jobs.iso(created_at) AS "createdAt" FROM identity.users WHERE id = $1', ownerId);
  }

  apiKeys(ownerId: string): Promise<object[]> {
    return this.rows(
      `SELECT id, name, prefix, scopes, jobs.iso(created_at) AS "createdAt", jobs.iso(expires_at) AS "expiresAt", jobs.iso(last_used_at) AS "lastUsedAt"
       FROM identity.api_keys WHERE owner_id = $1 ORDER BY created_at, id`,
      ownerId,
    );
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
