import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { type Page, type PageRequest, queryPage, queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';

export interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
}

/** Selects one session, all, or all but one. */
export interface SessionSelection {
  readonly only?: string;
  readonly except?: string | undefined;
}

/** Active sessions: families of refresh tokens whose newest is valid. */
@Injectable()
export class SessionStore {
  constructor(private readonly database: Database) {}

  /** The one refreshed last first. @throws Failure request-invalid for a cursor that is not ours */
  open(userId: string, page: PageRequest): Promise<Page<OpenSession>> {
    const select = {
      columns: `t.family AS id, t.created_at AS "refreshedAt", t.expires_at AS "expiresAt", t.address,
        (SELECT min(created_at) FROM identity.refresh_tokens f WHERE f.family = t.family) AS "createdAt"`,
      from: `identity.refresh_tokens t WHERE t.user_id = $1 AND t.rotated_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > now()`,
      parameters: [userId],
      at: 't.created_at',
      id: 't.family',
    };
    return queryPage(this.database.source, select, page);
  }

  /** Whether the account has an unexpired session, active or ended, that was created or refreshed from this address. */
  async wereUsedFrom(userId: string, address: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM identity.refresh_tokens WHERE user_id = $1 AND address = $2 AND expires_at > now() LIMIT 1';
    return (await queryRows(this.database.source, sql, [userId, address])).length > 0;
  }

  /** @returns the ids of the sessions that were active */
  end(userId: string, which: SessionSelection = {}): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await lockAccount(tx, userId);
      return endSessions(tx, userId, which);
    });
  }
}

/**
 * Ends sessions. Uses the time of the statement, because the transaction may have waited for the lock.
 *
 * @param tx holds the lock of the account: without it, a refresh on another connection could add a token that this statement does not see
 * @returns the ids of the sessions that were active
 */
export async function endSessions(tx: EntityManager, userId: string, which: SessionSelection): Promise<string[]> {
  const rows = await queryRows<{ family: string }>(
    tx,
    `UPDATE identity.refresh_tokens SET revoked_at = clock_timestamp(), sealed_successor = NULL
     WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
       AND ($2::uuid IS NULL OR family = $2) AND ($3::uuid IS NULL OR family <> $3)
     RETURNING family`,
    [userId, which.only ?? null, which.except ?? null],
  );
  return [...new Set(rows.map(({ family }) => family))];
}
