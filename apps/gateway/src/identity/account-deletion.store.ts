import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '#contracts';
import { cancelJobsOf, Database, erasureStateOf, openErasures, requestErasure } from '#platform';
import { type Queryable, queryRows, requireRevision } from '#storage';
import { lockAccount, lockOperators } from './account-lock.ts';
import { endSessions } from './session.store.ts';

export type DeletionRequester = 'owner' | 'operator';

export interface DeletionRow {
  readonly id: string;
  readonly userId: string;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  readonly begunAt: Date | null;
  readonly cancelledAt: Date | null;
}

const columns = `id, user_id AS "userId", requested_at AS "requestedAt", due_at AS "dueAt", begun_at AS "begunAt", cancelled_at AS "cancelledAt"`;
const batch = 20;
const keptDays = 90;
/** From the end of an account until services erase: calls and jobs that it began have ended by then (their deadlines and leases are shorter). */
const settleSeconds = 90;

/** Scheduled, running and completed deletions of accounts. */
@Injectable()
export class AccountDeletionStore {
  constructor(private readonly database: Database) {}

  /**
   * Schedules the deletion and ends all sessions. Requested again, it stays as it is.
   *
   * @param ifRevision the revision that the account must have; undefined: any
   * @throws Failure user-not-found; precondition-failed; last-operator
   */
  request(
    userId: string,
    by: DeletionRequester,
    days: number,
    ifRevision?: number,
  ): Promise<{ row: DeletionRow; ended: string[]; isNew: boolean }> {
    return this.database.transaction(async (tx) => {
      const operators = await lockOperators(tx);
      const account = await lockAccount(tx, userId);
      if (!account) throw new Failure('user-not-found', `There is no account ${userId}.`);
      requireRevision(account, ifRevision);
      if (operators.length === 1 && operators[0] === userId) throw new Failure('last-operator', 'This account is the last operator.');
      const existing = await findOpen(tx, userId);
      const row = existing ?? (await schedule(tx, userId, by, days));
      if (by === 'operator')
        await queryRows(tx, 'UPDATE identity.users SET revision = revision + 1, disabled_at = coalesce(disabled_at, now()) WHERE id = $1', [
          userId,
        ]);
      return { row, ended: await endSessions(tx, userId, {}), isNew: !existing };
    });
  }

  /** @throws Failure deletion-not-found */
  async get(id: string) {
    const [row] = await queryRows<DeletionRow>(this.database.source, `SELECT ${columns} FROM identity.deletions WHERE id = $1`, [id]);
    if (!row) throw new Failure('deletion-not-found', `There is no deletion ${id}.`);
    return { row, erasure: row.begunAt ? await erasureStateOf(this.database.source, row.userId) : undefined };
  }

  /** Whether the session began with a login in the last ten minutes. */
  async isFresh(userId: string, sessionId: string): Promise<boolean> {
    const [row] = await queryRows<{ isFresh: boolean }>(
      this.database.source,
      `SELECT min(created_at) > now() - interval '10 minutes' AS "isFresh" FROM identity.refresh_tokens WHERE user_id = $1 AND family = $2`,
      [userId, sessionId],
    );
    return row?.isFresh === true;
  }

  /** Accounts whose time has come, at most a batch. */
  async due(): Promise<string[]> {
    const rows = await queryRows<{ userId: string }>(
      this.database.source,
      `SELECT user_id AS "userId" FROM identity.deletions
       WHERE due_at <= now() AND begun_at IS NULL AND cancelled_at IS NULL ORDER BY due_at LIMIT ${batch}`,
    );
    return rows.map(({ userId }) => userId);
  }

  /** Ends an account whose time has come: nobody can log in to it any more, and the services are asked to erase. */
  begin(userId: string): Promise<void> {
    return this.database.transaction((tx) => begin(tx, userId));
  }

  /** Accounts that services have yet to erase. */
  open(): Promise<string[]> {
    return openErasures(this.database.source);
  }

  /** Forgets deletions that were completed or cancelled long ago. */
  async forget(): Promise<void> {
    const old = `now() - interval '${keptDays} days'`;
    await queryRows(
      this.database.source,
      `WITH done AS (DELETE FROM erasure.request WHERE done_at < ${old} RETURNING owner_id)
       DELETE FROM identity.deletions WHERE cancelled_at < ${old} OR user_id IN (SELECT owner_id FROM done)`,
    );
  }
}

async function findOpen(on: Queryable, userId: string): Promise<DeletionRow | undefined> {
  const [row] = await queryRows<DeletionRow>(on, `SELECT ${columns} FROM identity.deletions WHERE user_id = $1 AND cancelled_at IS NULL`, [
    userId,
  ]);
  return row;
}

async function schedule(tx: EntityManager, userId: string, by: DeletionRequester, days: number): Promise<DeletionRow> {
  const [row] = await queryRows<DeletionRow>(
    tx,
    `INSERT INTO identity.deletions (id, user_id, requested_by, due_at) VALUES ($1, $2, $3, now() + make_interval(days => $4)) RETURNING ${columns}`,
    [randomUUID(), userId, by, days],
  );
  await queryRows(tx, 'UPDATE identity.users SET deletion_due_at = $2 WHERE id = $1', [userId, row!.dueAt]);
  return row!;
}

/** @param tx holds the lock of the account. @param by what others have requested is not cancelled. @returns whether there was one */
export async function cancelDeletion(tx: EntityManager, userId: string, by: DeletionRequester): Promise<boolean> {
  const rows = await queryRows(
    tx,
    `UPDATE identity.deletions SET cancelled_at = now()
     WHERE user_id = $1 AND requested_by = $2 AND cancelled_at IS NULL AND begun_at IS NULL RETURNING 1`,
    [userId, by],
  );
  if (rows.length === 0) return false;
  await queryRows(tx, 'UPDATE identity.users SET deletion_due_at = NULL WHERE id = $1', [userId]);
  return true;
}

/** Checks again under the lock: a login may have cancelled it, or another gateway have begun. */
async function begin(tx: EntityManager, userId: string): Promise<void> {
  await lockAccount(tx, userId);
  const begun = await queryRows(
    tx,
    `UPDATE identity.deletions SET begun_at = now()
     WHERE user_id = $1 AND due_at <= now() AND cancelled_at IS NULL AND begun_at IS NULL RETURNING 1`,
    [userId],
  );
  if (begun.length === 0) return;
  await endSessions(tx, userId, {});
  await queryRows(tx, `UPDATE identity.security_events SET user_id = NULL, address = 'erased' WHERE user_id = $1`, [userId]);
  await queryRows(
    tx,
    `INSERT INTO identity.security_events (kind, address, request_id) SELECT 'account-deleted', 'gateway', id FROM identity.deletions
     WHERE user_id = $1 AND cancelled_at IS NULL`,
    [userId],
  );
  await queryRows(tx, 'DELETE FROM identity.invitations i USING identity.users u WHERE u.id = $1 AND i.email = u.email', [userId]);
  await queryRows(tx, 'DELETE FROM identity.users WHERE id = $1', [userId]);
  await cancelJobsOf(tx, userId);
  await requestErasure(tx, userId, settleSeconds);
}
