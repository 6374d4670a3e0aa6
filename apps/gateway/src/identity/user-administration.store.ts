import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type QuotaChange, type Role } from '#contracts';
import { changeLimits, Database } from '#platform';
import { loadPage, type Page, type PageRequest, queryRows, requireRevision } from '#storage';
import { cancelDeletion } from './account-deletion.store.ts';
import { lockOperators } from './account-lock.ts';
import { endSessions } from './session.store.ts';
import { UserRow } from './user.store.ts';

export interface UserChange {
  readonly roles?: readonly Role[] | undefined;
  readonly disabled?: boolean | undefined;
  readonly quotas?: QuotaChange | undefined;
  /** The revision that the change is based on; absent: any. */
  readonly ifRevision?: number | undefined;
}

export interface ChangedUser {
  readonly before: UserRow;
  readonly after: UserRow;
  /** The sessions that ended: all of an account that lost a role or was disabled, because its access tokens still say otherwise. */
  readonly ended: readonly string[];
}

/** Accounts as operators see and change them. */
@Injectable()
export class UserAdministrationStore {
  constructor(private readonly database: Database) {}

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  list(page: PageRequest): Promise<Page<UserRow>> {
    return loadPage(this.database.repository(UserRow).createQueryBuilder('user_row'), page);
  }

  /** @throws Failure user-not-found */
  async get(id: string): Promise<UserRow> {
    return found(await this.database.repository(UserRow).findOneBy({ id }), id);
  }

  /**
   * Locks the operators first, in the order of their ids, then the account: two changes that would each leave the other's operator as the last one
   * run one after the other.
   *
   * @param audit writes the change into the audit log, in its transaction
   * @throws Failure user-not-found; precondition-failed; last-operator
   */
  change(id: string, change: UserChange, audit: (tx: EntityManager, changed: ChangedUser) => Promise<void>): Promise<ChangedUser> {
    return this.database.transaction(async (tx) => {
      const operators = await lockOperators(tx);
      const before = found(await tx.findOne(UserRow, { where: { id }, lock: { mode: 'pessimistic_write' } }), id);
      requireRevision(before, change.ifRevision);
      const roles = change.roles ?? before.roles;
      const isDisabled = change.disabled ?? before.disabledAt !== null;
      const remains = roles.includes('operator') && !isDisabled;
      if (!remains && operators.includes(id) && operators.length === 1)
        throw new Failure('last-operator', 'This account is the last operator.');
      await queryRows(
        tx,
        `UPDATE identity.users SET revision = revision + 1, roles = $2, disabled_at = CASE WHEN $3 THEN coalesce(disabled_at, now()) END WHERE id = $1`,
        [id, roles, isDisabled],
      );
      if (before.disabledAt && !isDisabled) await cancelDeletion(tx, id, 'operator');
      if (change.quotas) await changeLimits(tx, id, change.quotas);
      const after = found(await tx.findOneBy(UserRow, { id }), id);
      const changed = { before, after, ended: mustEnd(before, after) ? await endSessions(tx, id, {}) : [] };
      await audit(tx, changed);
      return changed;
    });
  }
}

const mustEnd = (before: UserRow, after: UserRow) => after.disabledAt !== null || before.roles.some((role) => !after.roles.includes(role));

function found(user: UserRow | null, id: string): UserRow {
  if (!user) throw new Failure('user-not-found', `There is no account ${id}.`);
  return user;
}
