import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';
import { endSessions } from './session.store.ts';

/** How long a token can be used. */
export const resetLifetimeMinutes = 60;
/** Tokens of one account that are valid at a time; the oldest ones are dropped. */
const maxTokens = 3;

export interface ResetOutcome {
  readonly userId: string;
  /** The sessions that ended. */
  readonly ended: readonly string[];
}

/** Tokens that set a new password once. Changes hold the account lock. */
@Injectable()
export class PasswordResetStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores the hash of a token for the account of an address.
   *
   * @returns the account; undefined when there is none, or it is disabled
   */
  issue(email: string, hash: Buffer): Promise<string | undefined> {
    return this.database.transaction(async (tx) => {
      const [row] = await queryRows<{ userId: string }>(tx, 'SELECT id AS "userId" FROM identity.users WHERE email = $1', [email]);
      const account = row && (await lockAccount(tx, row.userId));
      if (!account || account.isDisabled) return undefined;
      await queryRows(
        tx,
        `INSERT INTO identity.password_resets (token_hash, user_id, expires_at) VALUES ($1, $2, now() + make_interval(mins => ${resetLifetimeMinutes}))`,
        [hash, row.userId],
      );
      await queryRows(
        tx,
        `DELETE FROM identity.password_resets WHERE user_id = $1 AND token_hash NOT IN (
           SELECT token_hash FROM identity.password_resets WHERE user_id = $1 AND expires_at > now() ORDER BY created_at DESC LIMIT ${maxTokens})`,
        [row.userId],
      );
      return row.userId;
    });
  }

  /** Whose password a valid token sets; the token stays usable. */
  async find(hash: Buffer): Promise<string | undefined> {
    const sql = 'SELECT user_id AS "userId" FROM identity.password_resets WHERE token_hash = $1 AND expires_at > now()';
    return (await queryRows<{ userId: string }>(this.database.source, sql, [hash]))[0]?.userId;
  }

  /**
   * Uses the token up, sets the password, drops the account's other tokens and ends all its sessions, in one transaction. Of two calls with one token
   * the second waits for the account lock and then finds no token.
   *
   * @returns undefined when the token is not valid any more, or the account was disabled
   */
  confirm(userId: string, hash: Buffer, passwordHash: string): Promise<ResetOutcome | undefined> {
    return this.database.transaction(async (tx) => {
      const account = await lockAccount(tx, userId);
      if (!account || account.isDisabled) return undefined;
      const sql = 'DELETE FROM identity.password_resets WHERE token_hash = $1 AND expires_at > clock_timestamp() RETURNING user_id';
      if ((await queryRows(tx, sql, [hash])).length === 0) return undefined;
      await queryRows(tx, 'DELETE FROM identity.password_resets WHERE user_id = $1', [userId]);
      await queryRows(tx, 'UPDATE identity.users SET password_hash = $2 WHERE id = $1', [userId, passwordHash]);
      return { userId, ended: await endSessions(tx, userId, {}) };
    });
  }
}
