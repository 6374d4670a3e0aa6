/** One lock for each account: whatever reads and then changes its sessions, its password or its keys holds it until the commit. */
import type { EntityManager } from 'typeorm';
import { queryRows } from '#storage';

/**
 * Waits for whoever changes the same account. Statements that follow in the transaction see all that was committed before.
 *
 * @param tx a transaction; take this lock first, before any row of a session or a key, so that no two transactions wait for each other
 * @returns undefined when there is no such account
 */
export async function lockAccount(tx: EntityManager, userId: string): Promise<{ readonly passwordHash: string } | undefined> {
  const sql = 'SELECT password_hash AS "passwordHash" FROM identity.users WHERE id = $1 FOR NO KEY UPDATE';
  const [account] = await queryRows<{ passwordHash: string }>(tx, sql, [userId]);
  return account;
}
