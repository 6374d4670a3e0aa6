/** Connections at providers that have begun, and those that their owner has yet to confirm. Both last for minutes. */
import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PublisherName } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';

export interface ConnectState {
  /** SHA-256 of the state. */
  readonly digest: Buffer;
  readonly ownerId: string;
  readonly publisher: PublisherName;
  readonly author: 'person' | 'organisation';
  readonly sealed: Buffer;
}

/** A provider has granted access, and nothing is connected yet. */
export interface PendingConnection extends Pick<ConnectState, 'digest' | 'ownerId' | 'publisher' | 'sealed'> {
  /** SHA-256 of the value that confirms it. */
  readonly confirmationDigest: Buffer;
}

export type Confirmation = Omit<PendingConnection, 'sealed'>;

/** Of one owner; the oldest ones give way. */
export const pendingMax = 10;
export const statesMax = 50;
/** Wrong values for one connection; the last one ends it. */
export const wrongConfirmationsMax = 5;
const removedAtOnce = 1_000;

@Injectable()
export class ConnectionStore {
  constructor(private readonly database: Database) {}

  /** Beyond {@link statesMax} of an owner the oldest ones are removed. @param lifetimeSeconds from now */
  addState({ digest, ownerId, publisher, author, sealed }: ConnectState, lifetimeSeconds: number): Promise<Date> {
    return this.database.transaction(async (tx) => {
      await lockOwner(tx, ownerId);
      const [row] = await queryRows<{ expiresAt: Date }>(
        tx,
        `INSERT INTO posts.connect_state (digest, owner_id, publisher, author, sealed, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING expires_at AS "expiresAt"`,
        [digest, ownerId, publisher, author, sealed, lifetimeSeconds],
      );
      await removeSurplus(tx, 'posts.connect_state', ownerId, statesMax);
      return row!.expiresAt;
    });
  }

  /** Takes a state once. @returns undefined when it was taken before, has expired or belongs to another publisher */
  async takeState(digest: Buffer, publisher: PublisherName): Promise<ConnectState | undefined> {
    const sql = `DELETE FROM posts.connect_state WHERE digest = $1 AND publisher = $2 AND expires_at > now()
      RETURNING digest, owner_id AS "ownerId", publisher, author, sealed`;
    return (await queryRows<ConnectState>(this.database.source, sql, [digest, publisher]))[0];
  }

  /** Beyond {@link pendingMax} of an owner the oldest ones are removed. @param lifetimeSeconds from now */
  addPending({ digest, ownerId, publisher, sealed, confirmationDigest }: PendingConnection, lifetimeSeconds: number): Promise<Date> {
    return this.database.transaction(async (tx) => {
      await lockOwner(tx, ownerId);
      const [row] = await queryRows<{ expiresAt: Date }>(
        tx,
        `INSERT INTO posts.pending_connection (digest, owner_id, publisher, sealed, confirmation_digest, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING expires_at AS "expiresAt"`,
        [digest, ownerId, publisher, sealed, confirmationDigest, lifetimeSeconds],
      );
      await removeSurplus(tx, 'posts.pending_connection', ownerId, pendingMax);
      return row!.expiresAt;
    });
  }

  /**
   * Ends a pending connection in the transaction of `work`: if that fails, it can be confirmed again. Concurrent confirmations wait for each other.
   *
   * @returns undefined for one that is unknown, used, expired or of another owner or publisher, and for a wrong value, which is counted
   */
  confirm<T>(
    { digest, ownerId, publisher, confirmationDigest }: Confirmation,
    work: (pending: PendingConnection, tx: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    return this.database.transaction(async (tx) => {
      const sql = `SELECT digest, owner_id AS "ownerId", publisher, sealed, confirmation_digest AS "confirmationDigest"
        FROM posts.pending_connection WHERE digest = $1 AND owner_id = $2 AND publisher = $3 AND expires_at > now() FOR UPDATE`;
      const [pending] = await queryRows<PendingConnection>(tx, sql, [digest, ownerId, publisher]);
      if (!pending) return undefined;
      if (!timingSafeEqual(pending.confirmationDigest, confirmationDigest)) return countWrong(tx, digest);
      await queryRows(tx, 'DELETE FROM posts.pending_connection WHERE digest = $1', [digest]);
      return work(pending, tx);
    });
  }

  /** At most a thousand of each kind. Rows that somebody works on are left for the next time. */
  async removeExpired(): Promise<void> {
    for (const table of ['posts.connect_state', 'posts.pending_connection']) {
      const expired = `SELECT digest FROM ${table} WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED`;
      await queryRows(this.database.source, `DELETE FROM ${table} WHERE digest IN (${expired})`, [removedAtOnce]);
    }
  }
}

const lockOwner = (tx: EntityManager, ownerId: string) =>
  queryRows(tx, `SELECT pg_advisory_xact_lock(hashtextextended('pending connections ' || $1, 0))`, [ownerId]);

/** The newest ones stay. */
async function removeSurplus(tx: EntityManager, table: string, ownerId: string, max: number): Promise<void> {
  const surplus = `SELECT digest FROM ${table} WHERE owner_id = $1 ORDER BY expires_at DESC, digest OFFSET $2`;
  await queryRows(tx, `DELETE FROM ${table} WHERE digest IN (${surplus})`, [ownerId, max]);
}

async function countWrong(tx: EntityManager, digest: Buffer): Promise<undefined> {
  const counted = 'UPDATE posts.pending_connection SET wrong_confirmations = wrong_confirmations + 1 WHERE digest = $1';
  await queryRows(tx, counted, [digest]);
  const ended = 'DELETE FROM posts.pending_connection WHERE digest = $1 AND wrong_confirmations >= $2';
  await queryRows(tx, ended, [digest, wrongConfirmationsMax]);
}
