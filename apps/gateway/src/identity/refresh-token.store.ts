import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { Database } from '#platform';
import { queryRows } from '#storage';
import { cancelDeletion } from './account-deletion.store.ts';
import { type LockedAccount, lockAccount } from './account-lock.ts';
import { hashOfToken, type SealedToken } from './refresh-token.ts';
import { endSessions } from './session.store.ts';

/** Only the hash is stored, so that the table contains no usable tokens. 256 random bits need no slow hash. */
@Entity({ schema: 'identity', name: 'refresh_tokens' })
export class RefreshTokenRow {
  @PrimaryColumn('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;
  @Column('uuid', { name: 'user_id' })
  userId!: string;
  /** Session id: all tokens of one login. */
  @Column('uuid')
  family!: string;
  /** Client address at issue. */
  @Column('text')
  address!: string;
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
  /** The encrypted successor, until that is used. */
  @Column('bytea', { name: 'sealed_successor', nullable: true })
  sealedSuccessor!: Buffer | null;
}

/** A session and the time at which its newest tokens were issued; it was active then. */
export interface LiveSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly at: Date;
}

export type Rotation =
  | ({ readonly outcome: 'rotated' } & LiveSession)
  /** The token was rotated moments ago; contains its successor. */
  | ({ readonly outcome: 'repeated'; readonly sealedSuccessor: Buffer } & LiveSession)
  | { readonly outcome: 'reused'; readonly userId: string; readonly sessionId: string }
  | { readonly outcome: 'invalid' };

/** Grace period for reuse by concurrent tabs, or by a client whose response was lost. */
const repeatWithinSeconds = 10;

/** Sessions: families of single-use refresh tokens. Changes hold the account lock. */
@Injectable()
export class RefreshTokenStore {
  constructor(private readonly database: Database) {}

  /**
   * Creates a session. Its owner is back: a deletion that the owner asked for is cancelled, also one that was requested after the password was checked.
   *
   * @param account with the verified password hash
   * @returns with the roles as they are now: a role that was taken away after the password was checked is not in them; undefined when the account was
   *   deleted or disabled, or its password changed, concurrently
   */
  begin(
    account: { readonly id: string; readonly passwordHash: string },
    tokenHash: Buffer,
    given: { readonly lifetimeMs: number; readonly address: string },
  ): Promise<(LiveSession & Pick<LockedAccount, 'roles'> & { readonly cancelsDeletion: boolean }) | undefined> {
    return this.database.transaction(async (tx) => {
      const { id: userId, passwordHash } = account;
      const locked = await lockAccount(tx, userId);
      if (locked?.passwordHash !== passwordHash || locked.isDisabled) return undefined;
      const cancelsDeletion = await cancelDeletion(tx, userId, 'owner');
      await queryRows(tx, 'DELETE FROM identity.refresh_tokens WHERE user_id = $1 AND expires_at < now()', [userId]);
      const at = new Date();
      const expiresAt = new Date(at.getTime() + given.lifetimeMs);
      const sessionId = randomUUID();
      await tx.insert(RefreshTokenRow, { tokenHash, userId, family: sessionId, expiresAt, address: given.address });
      return { userId, sessionId, at, roles: locked.roles, cancelsDeletion };
    });
  }

  /** Rotates a token to `next`; the previous token returns the same successor for some seconds, an older one ends the session. */
  rotate(token: string, next: SealedToken, address: string): Promise<Rotation> {
    return this.database.transaction(async (tx) => {
      const row = await lockToken(tx, hashOfToken(token));
      if (!row) return { outcome: 'invalid' };
      const { userId, family: sessionId } = row;
      if (row.rotatedAt) return repeated(row) ?? reused(tx, row);
      if (row.revokedAt) return { outcome: 'invalid' };
      await useUp(tx, row, next.sealed);
      await tx.insert(RefreshTokenRow, { tokenHash: next.hash, userId, family: sessionId, expiresAt: row.expiresAt, address });
      return { outcome: 'rotated', userId, sessionId, at: new Date() };
    });
  }

  /** Ends the session of a token. @returns undefined when there is no active session */
  end(token: string): Promise<{ readonly userId: string; readonly sessionId: string } | undefined> {
    return this.database.transaction(async (tx) => {
      const row = await lockToken(tx, hashOfToken(token));
      if (!row || row.revokedAt) return undefined;
      await endSessions(tx, row.userId, { only: row.family });
      return { userId: row.userId, sessionId: row.family };
    });
  }
}

type TokenRow = Pick<RefreshTokenRow, 'tokenHash' | 'userId' | 'family' | 'expiresAt' | 'rotatedAt' | 'revokedAt' | 'sealedSuccessor'> & {
  readonly rotatedJustNow: boolean;
};

/** Locks the account of a token, then reads the token. @returns undefined when it is unknown or has expired */
async function lockToken(tx: EntityManager, tokenHash: Buffer): Promise<TokenRow | undefined> {
  const [owner] = await queryRows<{ id: string }>(tx, 'SELECT user_id AS id FROM identity.refresh_tokens WHERE token_hash = $1', [
    tokenHash,
  ]);
  if (!owner || !(await lockAccount(tx, owner.id))) return undefined;
  const [row] = await queryRows<TokenRow>(
    tx,
    `SELECT token_hash AS "tokenHash", user_id AS "userId", family, expires_at AS "expiresAt", rotated_at AS "rotatedAt",
       revoked_at AS "revokedAt", sealed_successor AS "sealedSuccessor",
       rotated_at > clock_timestamp() - make_interval(secs => $2) AS "rotatedJustNow"
     FROM identity.refresh_tokens WHERE token_hash = $1 AND expires_at > clock_timestamp()`,
    [tokenHash, repeatWithinSeconds],
  );
  return row;
}

/** A successor is stored only until it is used, so only the previous token has one. */
function repeated({ userId, family, revokedAt, rotatedJustNow, sealedSuccessor }: TokenRow): Rotation | undefined {
  if (revokedAt || !rotatedJustNow || !sealedSuccessor) return undefined;
  return { outcome: 'repeated', userId, sessionId: family, sealedSuccessor, at: new Date() };
}

async function reused(tx: EntityManager, { userId, family }: TokenRow): Promise<Rotation> {
  await endSessions(tx, userId, { only: family });
  return { outcome: 'reused', userId, sessionId: family };
}

async function useUp(tx: EntityManager, { tokenHash, family }: TokenRow, sealedSuccessor: Buffer): Promise<void> {
  const forget = 'UPDATE identity.refresh_tokens SET sealed_successor = NULL WHERE family = $1 AND sealed_successor IS NOT NULL';
  await queryRows(tx, forget, [family]);
  const use = 'UPDATE identity.refresh_tokens SET rotated_at = clock_timestamp(), sealed_successor = $2 WHERE token_hash = $1';
  await queryRows(tx, use, [tokenHash, sealedSuccessor]);
}
