import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';

export interface OpenSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly refreshedAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
}

/** The sessions of an account: families of refresh tokens whose newest is still good. */
@Injectable()
export class SessionListStore {
  constructor(private readonly database: Database) {}

  open(userId: string): Promise<OpenSession[]> {
    return queryRows(
      this.database.source,
      `SELECT t.family AS id, t.created_at AS "refreshedAt", t.expires_at AS "expiresAt", t.address,
         (SELECT min(created_at) FROM identity.refresh_tokens f WHERE f.family = t.family) AS "createdAt"
       FROM identity.refresh_tokens t
       WHERE t.user_id = $1 AND t.rotated_at IS NULL AND t.revoked_at IS NULL AND t.expires_at > now()
       ORDER BY t.created_at DESC LIMIT 100`,
      [userId],
    );
  }

  /** Ends one session, all, or all but one. @returns those that were open */
  async end(userId: string, which: { readonly only?: string; readonly except?: string | undefined } = {}): Promise<string[]> {
    const rows = await queryRows<{ family: string }>(
      this.database.source,
      `UPDATE identity.refresh_tokens SET revoked_at = now()
       WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
         AND ($2::uuid IS NULL OR family = $2) AND ($3::uuid IS NULL OR family <> $3)
       RETURNING family`,
      [userId, which.only ?? null, which.except ?? null],
    );
    return [...new Set(rows.map(({ family }) => family))];
  }
}
