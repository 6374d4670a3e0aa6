import { Injectable } from '@nestjs/common';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';
import { endSessions } from './session.store.ts';

export interface PasswordReplacement {
  /** The hash that the current password was checked against. */
  readonly from: string;
  readonly to: string;
}

/** Replaces password hashes with compare-and-set on the verified hash. */
@Injectable()
export class PasswordStore {
  constructor(private readonly database: Database) {}

  /**
   * Changes the password, drops open password resets and ends all sessions but one, in one transaction.
   *
   * @returns the sessions that ended; undefined when the password was changed concurrently
   */
  change(userId: string, { from, to }: PasswordReplacement, keepSession: string | undefined): Promise<string[] | undefined> {
    return this.database.transaction(async (tx) => {
      const account = await lockAccount(tx, userId);
      if (account?.passwordHash !== from) return undefined;
      await queryRows(tx, 'UPDATE identity.users SET password_hash = $2 WHERE id = $1', [userId, to]);
      await queryRows(tx, 'DELETE FROM identity.password_resets WHERE user_id = $1', [userId]);
      return endSessions(tx, userId, { except: keepSession });
    });
  }

  /** Stores a stronger hash of the same password, unless the password was changed concurrently. */
  async rehash(userId: string, { from, to }: PasswordReplacement): Promise<boolean> {
    const sql = 'UPDATE identity.users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id';
    return (await queryRows(this.database.source, sql, [userId, from, to])).length > 0;
  }
}
