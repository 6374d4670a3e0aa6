import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';

/** How long a token can be used. */
export const confirmationLifetimeHours = 24;
/** Messages to one account in the lifetime of a token. */
const maxMessages = 5;
/** Between two messages to one account. */
export const pauseSeconds = 60;

export type Issued = { readonly email: string } | 'confirmed' | { readonly retryAfterSeconds: number } | undefined;

/** Tokens that confirm the address of an account once. Changes hold the account lock. */
@Injectable()
export class EmailConfirmationStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores the hash of a token for an account that is not confirmed.
   *
   * @returns where to send it; `confirmed`: there is nothing to confirm; how long to wait where messages were sent; undefined: there is no such account
   */
  issue(userId: string, hash: Buffer): Promise<Issued> {
    return this.database.transaction(async (tx) => {
      if (!(await lockAccount(tx, userId))) return undefined;
      await queryRows(tx, 'DELETE FROM identity.email_confirmations WHERE user_id = $1 AND expires_at <= clock_timestamp()', [userId]);
      const [row] = await queryRows<{ email: string; isConfirmed: boolean; sent: number; waitSeconds: number }>(
        tx,
        `SELECT u.email, u.email_confirmed_at IS NOT NULL AS "isConfirmed", s.sent,
           greatest(0, CASE WHEN s.sent >= ${maxMessages} THEN extract(epoch FROM s.free_at - clock_timestamp())
             ELSE ${pauseSeconds} - extract(epoch FROM clock_timestamp() - s.last_at) END)::float8 AS "waitSeconds"
         FROM identity.users u, LATERAL (
           SELECT count(*)::int AS sent, max(created_at) AS last_at, min(expires_at) AS free_at FROM identity.email_confirmations WHERE user_id = u.id) s
         WHERE u.id = $1`,
        [userId],
      );
      if (!row || row.isConfirmed) return row && 'confirmed';
      if (row.sent > 0 && row.waitSeconds > 0) return { retryAfterSeconds: Math.ceil(row.waitSeconds) };
      await queryRows(
        tx,
        `INSERT INTO identity.email_confirmations (token_hash, user_id, created_at, expires_at)
         VALUES ($1, $2, clock_timestamp(), clock_timestamp() + make_interval(hours => ${confirmationLifetimeHours}))`,
        [hash, userId],
      );
      return { email: row.email };
    });
  }

  /** Uses the token up, with the account's other tokens. @returns the account; undefined when the token is not valid */
  confirm(hash: Buffer): Promise<string | undefined> {
    return this.database.transaction(async (tx) => {
      const sql = 'SELECT user_id AS "userId" FROM identity.email_confirmations WHERE token_hash = $1 AND expires_at > clock_timestamp()';
      const find = async () => (await queryRows<{ userId: string }>(tx, sql, [hash]))[0]?.userId;
      const userId = await find();
      if (userId === undefined || !(await lockAccount(tx, userId)) || (await find()) === undefined) return undefined; // another call used it up
      await queryRows(tx, 'DELETE FROM identity.email_confirmations WHERE user_id = $1', [userId]);
      await queryRows(tx, 'UPDATE identity.users SET email_confirmed_at = now() WHERE id = $1 AND email_confirmed_at IS NULL', [userId]);
      return userId;
    });
  }

  async isConfirmed(userId: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM identity.users WHERE id = $1 AND email_confirmed_at IS NOT NULL';
    return (await queryRows(this.database.source, sql, [userId])).length > 0;
  }
}
