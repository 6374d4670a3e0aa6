/** A lock per account, held until the commit by transactions that change its sessions, password or keys. */
import type { EntityManager } from 'typeorm';
import type { Role } from '#contracts';
import { queryRows } from '#storage';

export interface LockedAccount {
  readonly passwordHash: string;
  readonly isDisabled: boolean;
  readonly roles: readonly Role[];
  readonly revision: number;
}

/**
 * Acquires the lock. Later statements in the transaction see everything committed before.
 *
 * @param tx a transaction; take this lock first, before any row of a session or a key, to avoid deadlocks
 * @returns undefined when the account does not exist
 */
export async function lockAccount(tx: EntityManager, userId: string): Promise<LockedAccount | undefined> {
  const [account] = await queryRows<LockedAccount>(
    tx,
    `SELECT password_hash AS "passwordHash", disabled_at IS NOT NULL AS "isDisabled", roles, revision FROM identity.users WHERE id = $1 FOR NO KEY UPDATE`,
    [userId],
  );
  return account;
}

/** Locks the operators that stay, neither disabled nor to be deleted, in the order of their ids: take it before the lock of one account. @returns their ids */
export async function lockOperators(tx: EntityManager): Promise<string[]> {
  const rows = await queryRows<{ id: string }>(
    tx,
    `SELECT id FROM identity.users WHERE 'operator' = ANY(roles) AND disabled_at IS NULL AND deletion_due_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
  );
  return rows.map(({ id }) => id);
}
