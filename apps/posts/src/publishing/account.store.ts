/** Connected accounts and their tokens, which are sealed. Every query of an owner names it. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure, type PublisherAccount, type PublisherName, publisherAccountsMax } from '#contracts';
import { Database } from '#platform';
import { type OwnedKey, queryRows } from '#storage';

export interface AccountRow {
  readonly id: string;
  readonly ownerId: string;
  readonly grantId: string;
  readonly publisher: PublisherName;
  readonly title: string;
  readonly authorKind: PublisherAccount['author']['kind'];
  readonly authorId: string;
  readonly readBackUrl: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly status: 'connected' | 'revoked';
  readonly accessUntil: Date | null;
  readonly refreshUntil: Date | null;
  readonly scopes: readonly string[];
}

export interface GrantRow {
  readonly id: string;
  readonly sealed: Buffer;
  readonly status: 'connected' | 'revoked';
  readonly accessUntil: Date | null;
  readonly refreshUntil: Date | null;
  readonly scopes: readonly string[];
}

export type NewGrant = Pick<GrantRow, 'id' | 'sealed' | 'accessUntil' | 'refreshUntil' | 'scopes'> & { readonly ownerId: string };
export type NewAccount = Pick<AccountRow, 'id' | 'publisher' | 'title' | 'authorKind' | 'authorId' | 'readBackUrl'>;

const columns = `a.id, a.owner_id AS "ownerId", a.grant_id AS "grantId", a.publisher, a.title, a.author_kind AS "authorKind",
  a.author_id AS "authorId", a.read_back_url AS "readBackUrl", a.created_at AS "createdAt", greatest(a.updated_at, g.updated_at) AS "updatedAt",
  g.status, g.access_until AS "accessUntil", g.refresh_until AS "refreshUntil", g.scopes`;
const joined = 'posts.publisher_account a JOIN posts.publisher_grant g ON g.id = a.grant_id';
const beforeAllIds = '00000000-0000-0000-0000-000000000000';
const grantColumns = `id, sealed, status, access_until AS "accessUntil", refresh_until AS "refreshUntil", scopes`;

@Injectable()
export class AccountStore {
  constructor(private readonly database: Database) {}

  /** At most {@link publisherAccountsMax}. */
  list(ownerId: string): Promise<AccountRow[]> {
    return queryRows(this.database.source, `SELECT ${columns} FROM ${joined} WHERE a.owner_id = $1 ORDER BY a.created_at, a.id`, [ownerId]);
  }

  async find({ id, ownerId }: OwnedKey): Promise<AccountRow | undefined> {
    const sql = `SELECT ${columns} FROM ${joined} WHERE a.id = $1 AND a.owner_id = $2`;
    return (await queryRows<AccountRow>(this.database.source, sql, [id, ownerId]))[0];
  }

  /**
   * Accounts with the grant that they were connected by. An author that is connected already keeps its id and gets the new grant.
   *
   * @throws Failure `too-many-publisher-accounts`
   */
  connect(grant: NewGrant, accounts: readonly NewAccount[]): Promise<AccountRow[]> {
    return this.database.transaction((tx) => this.connectIn(tx, grant, accounts));
  }

  /** Like {@link connect}, in a transaction that has begun. */
  async connectIn(tx: EntityManager, grant: NewGrant, accounts: readonly NewAccount[]): Promise<AccountRow[]> {
    await queryRows(tx, `SELECT pg_advisory_xact_lock(hashtextextended('publisher accounts ' || $1, 0))`, [grant.ownerId]);
    await queryRows(
      tx,
      'INSERT INTO posts.publisher_grant (id, owner_id, sealed, access_until, refresh_until, scopes) VALUES ($1, $2, $3, $4, $5, $6)',
      [grant.id, grant.ownerId, grant.sealed, grant.accessUntil, grant.refreshUntil, grant.scopes],
    );
    for (const account of accounts) await upsert(tx, grant, account);
    await dropUnused(tx, grant.ownerId);
    const sql = `SELECT ${columns} FROM ${joined} WHERE a.owner_id = $1 ORDER BY a.created_at, a.id`;
    const all = await queryRows<AccountRow>(tx, sql, [grant.ownerId]);
    if (all.length > publisherAccountsMax)
      throw new Failure('too-many-publisher-accounts', `You may connect ${publisherAccountsMax} accounts.`);
    return all.filter(({ grantId }) => grantId === grant.id);
  }

  /** @param alongside runs in the same transaction, once the account is gone. @returns false when the owner has no such account */
  remove({ id, ownerId }: OwnedKey, alongside: (tx: EntityManager) => Promise<unknown>): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const sql = 'DELETE FROM posts.publisher_account WHERE id = $1 AND owner_id = $2 RETURNING 1';
      if ((await queryRows(tx, sql, [id, ownerId])).length === 0) return false;
      await dropUnused(tx, ownerId);
      await alongside(tx);
      return true;
    });
  }

  /** Reads a grant and keeps others from changing it until `work` has ended. @returns undefined once it is gone */
  withGrant<T>(grantId: string, work: (grant: GrantRow, tx: EntityManager) => Promise<T>): Promise<T | undefined> {
    return this.database.transaction(async (tx) => {
      const [grant] = await queryRows<GrantRow>(tx, `SELECT ${grantColumns} FROM posts.publisher_grant WHERE id = $1 FOR UPDATE`, [
        grantId,
      ]);
      return grant && work(grant, tx);
    });
  }

  async readGrant(grantId: string): Promise<GrantRow | undefined> {
    return (
      await queryRows<GrantRow>(this.database.source, `SELECT ${grantColumns} FROM posts.publisher_grant WHERE id = $1`, [grantId])
    )[0];
  }

  async renew(tx: EntityManager, { id, sealed, accessUntil, refreshUntil, scopes }: Omit<GrantRow, 'status'>): Promise<void> {
    const sql = `UPDATE posts.publisher_grant
      SET sealed = $2, access_until = $3, refresh_until = $4, scopes = $5, status = 'connected', updated_at = now() WHERE id = $1`;
    await queryRows(tx, sql, [id, sealed, accessUntil, refreshUntil, scopes]);
  }

  /**
   * Seals every grant again whose tokens `reseal` gives back; one that changes meanwhile keeps its new tokens.
   *
   * @returns how many
   */
  async resealGrants(reseal: (sealed: Buffer, grantId: string) => Promise<Buffer | undefined>): Promise<number> {
    let changed = 0;
    const page = (after: string) =>
      queryRows<Pick<GrantRow, 'id' | 'sealed'>>(
        this.database.source,
        'SELECT id, sealed FROM posts.publisher_grant WHERE id > $1 ORDER BY id LIMIT 200',
        [after],
      );
    for (let rows = await page(beforeAllIds); rows.length > 0; rows = await page(rows.at(-1)!.id))
      for (const { id, sealed } of rows) {
        const again = await reseal(sealed, id);
        if (!again) continue;
        const sql = 'UPDATE posts.publisher_grant SET sealed = $2 WHERE id = $1 AND sealed = $3 RETURNING id';
        changed += (await queryRows(this.database.source, sql, [id, again, sealed])).length;
      }
    return changed;
  }

  /** Those that nobody's account uses any more, and that were in use themselves when their last account went. @returns how many */
  async removeUnusedGrants(): Promise<number> {
    return (await queryRows(this.database.source, dropUnusedWhere('true'))).length;
  }

  async revoke(grantId: string, tx: EntityManager): Promise<void> {
    const sql = `UPDATE posts.publisher_grant SET status = 'revoked', updated_at = now() WHERE id = $1 AND status <> 'revoked'`;
    await queryRows(tx, sql, [grantId]);
  }
}

async function upsert(tx: EntityManager, grant: NewGrant, account: NewAccount): Promise<void> {
  await queryRows(
    tx,
    `INSERT INTO posts.publisher_account (id, owner_id, grant_id, publisher, title, author_kind, author_id, read_back_url)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (owner_id, publisher, author_id) DO UPDATE
     SET grant_id = excluded.grant_id, title = excluded.title, read_back_url = excluded.read_back_url, updated_at = now()`,
    [account.id, grant.ownerId, grant.id, account.publisher, account.title, account.authorKind, account.authorId, account.readBackUrl],
  );
}

/**
 * Tokens of an owner that no account uses any more. Left to {@link AccountStore.removeUnusedGrants}: a grant whose lock is held, as long as a provider takes
 * to renew it, and one whose other account goes at the same moment.
 */
async function dropUnused(tx: EntityManager, ownerId: string): Promise<void> {
  await queryRows(tx, dropUnusedWhere('g.owner_id = $1'), [ownerId]);
}

const dropUnusedWhere = (condition: string) => `DELETE FROM posts.publisher_grant WHERE id IN (
    SELECT g.id FROM posts.publisher_grant g WHERE ${condition} AND NOT EXISTS (SELECT 1 FROM posts.publisher_account a WHERE a.grant_id = g.id)
    LIMIT 1000 FOR UPDATE SKIP LOCKED)
  RETURNING 1`;
