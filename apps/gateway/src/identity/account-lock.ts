/** A lock per account, held until the commit by transactions that change its sessions, password or keys. */
import type { EntityManager } from 'typeorm';
import { queryRows } from '#storage';

/**
 * Acquires the lock. Later statements in the transaction see everything committed before.
 *
 * @param tx a transaction; take this lock first, before any row of a session or a key, to avoid deadlocks
 * @returns undefined when the account does not exist
 */
export async function lockAccount(tx: EntityManager, userId: string): Promise<{ readonly passwordHash: string } | undefined> {
  const sql = 'SELECT password_hash AS "passwordHash" FROM identity.users WHERE id = $1 FOR NO KEY UPDATE';
  const [account] = await queryRows<{ passwordHash: string }>(tx, sql, [userId]);
  return account;
}
