import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Failure, type Role, type Scope } from '#contracts';
import { Database } from '#platform';
import { type Page, type PageRequest, queryPage, queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';
import type { NewApiKey } from './api-key.ts';

/** API key metadata, as shown to its owner. */
export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** Identity and scopes that a key grants. */
export interface ApiKeyHolder {
  readonly id: string;
  readonly ownerId: string;
  readonly roles: Role[];
  readonly scopes: Scope[];
  readonly expiresAt: Date | null;
}

const shown = 'id, name, prefix, scopes, created_at AS "createdAt", expires_at AS "expiresAt", last_used_at AS "lastUsedAt"';
const maxKeys = 50;
/** Of the account `u`: keys of one that is disabled, or whose deletion is scheduled, are refused. */
const isOpen = 'u.disabled_at IS NULL AND u.deletion_due_at IS NULL';

const notFound = (id: string) => new Failure('api-key-not-found', `You have no API key ${id}.`);

@Injectable()
export class ApiKeyStore {
  constructor(private readonly database: Database) {}

  /** @throws Failure too-many-api-keys; unauthenticated where the account is erased meanwhile */
  async add(ownerId: string, { prefix, hash }: NewApiKey, facts: { name: string; scopes: readonly Scope[]; expiresAt: string | null }) {
    return this.database.transaction(async (tx) => {
      if (!(await lockAccount(tx, ownerId))) throw new Failure('unauthenticated', 'This account no longer exists.');
      await queryRows(tx, 'DELETE FROM identity.api_keys WHERE owner_id = $1 AND expires_at < now()', [ownerId]);
      const [row] = await queryRows<ApiKeyRow>(
        tx,
        `INSERT INTO identity.api_keys (id, owner_id, name, prefix, key_hash, scopes, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, $7::timestamptz WHERE (SELECT count(*) FROM identity.api_keys WHERE owner_id = $2) < ${maxKeys}
         RETURNING ${shown}`,
        [randomUUID(), ownerId, facts.name, prefix, hash, facts.scopes, facts.expiresAt],
      );
      if (!row) throw new Failure('too-many-api-keys', `An account may have ${maxKeys} API keys.`);
      return row;
    });
  }

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  list(ownerId: string, page: PageRequest = { limit: maxKeys }): Promise<Page<ApiKeyRow>> {
    const select = { columns: shown, from: 'identity.api_keys WHERE owner_id = $1', parameters: [ownerId] };
    return queryPage(this.database.source, select, page);
  }

  /** @throws Failure api-key-not-found, also for another owner's key */
  async get(ownerId: string, id: string): Promise<ApiKeyRow> {
    const sql = `SELECT ${shown} FROM identity.api_keys WHERE owner_id = $1 AND id = $2`;
    const [row] = await queryRows<ApiKeyRow>(this.database.source, sql, [ownerId, id]);
    if (!row) throw notFound(id);
    return row;
  }

  /** @throws Failure api-key-not-found, also for another owner's key */
  async remove(ownerId: string, id: string): Promise<void> {
    const rows = await queryRows(this.database.source, 'DELETE FROM identity.api_keys WHERE owner_id = $1 AND id = $2 RETURNING id', [
      ownerId,
      id,
    ]);
    if (rows.length === 0) throw notFound(id);
  }

  /** @returns those of `ids` that are valid: neither revoked nor expired, and their account neither disabled nor about to be deleted */
  async valid(ids: readonly string[]): Promise<Set<string>> {
    const sql = `
      SELECT k.id FROM identity.api_keys k JOIN identity.users u ON u.id = k.owner_id
      WHERE k.id = ANY($1::uuid[]) AND (k.expires_at IS NULL OR k.expires_at > now()) AND ${isOpen}`;
    const rows = await queryRows<{ id: string }>(this.database.source, sql, [ids]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Finds the holder and updates the last use, at most once per minute. */
  async use(hash: Buffer): Promise<ApiKeyHolder | undefined> {
    const [row] = await queryRows<ApiKeyHolder & { stale: boolean }>(
      this.database.source,
      `SELECT k.id, k.owner_id AS "ownerId", u.roles, k.scopes, k.expires_at AS "expiresAt",
         coalesce(k.last_used_at < now() - interval '1 minute', true) AS stale
       FROM identity.api_keys k JOIN identity.users u ON u.id = k.owner_id
       WHERE k.key_hash = $1 AND (k.expires_at IS NULL OR k.expires_at > now()) AND ${isOpen}`,
      [hash],
    );
    if (row?.stale) {
      const sql = `UPDATE identity.api_keys SET last_used_at = now() WHERE id = $1 AND coalesce(last_used_at < now() - interval '1 minute', true)`;
      await queryRows(this.database.source, sql, [row.id]);
    }
    return row;
  }
}
