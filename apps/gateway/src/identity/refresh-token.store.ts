import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, IsNull, MoreThan, PrimaryColumn } from 'typeorm';
import { Database } from '#platform';

/** Only the hash is stored: whoever reads the table can refresh nothing. A token of 256 random bits needs no slow hash. */
@Entity({ schema: 'identity', name: 'refresh_tokens' })
export class RefreshTokenRow {
  @PrimaryColumn('bytea', { name: 'token_hash' })
  tokenHash!: Buffer;
  @Column('uuid', { name: 'user_id' })
  userId!: string;
  /** All tokens that came from one login. */
  @Column('uuid')
  family!: string;
  /** Where it was given out to. */
  @Column('text')
  address!: string;
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

/** A refresh token, which is nowhere else from now on, and its session: all tokens that came from one login. */
export interface SessionToken {
  readonly token: string;
  readonly sessionId: string;
}

export type Rotation =
  | ({ readonly outcome: 'rotated'; readonly userId: string } & SessionToken)
  | { readonly outcome: 'reused'; readonly userId: string; readonly sessionId: string }
  | { readonly outcome: 'invalid' };

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The sessions: families of refresh tokens, each token good for one use. */
@Injectable()
export class RefreshTokenStore {
  constructor(private readonly database: Database) {}

  /** Begins a session. */
  begin(userId: string, lifetimeMs: number, address: string): Promise<SessionToken> {
    return this.database.transaction(async (tx) => {
      await tx.query(`DELETE FROM identity.refresh_tokens WHERE user_id = $1 AND expires_at < now()`, [userId]);
      return insert(tx, { userId, family: randomUUID(), expiresAt: new Date(Date.now() + lifetimeMs), address });
    });
  }

  /** Uses a token up and gives the next one of its family; a token that was used before ends the family. */
  rotate(token: string, address: string): Promise<Rotation> {
    return this.database.transaction(async (tx) => {
      const tokenHash = hashOf(token);
      const row = await tx.findOne(RefreshTokenRow, { where: { tokenHash }, lock: { mode: 'pessimistic_write' } });
      if (!row || row.expiresAt <= new Date()) return { outcome: 'invalid' };
      if (row.rotatedAt) {
        await revoke(tx, row.family);
        return { outcome: 'reused', userId: row.userId, sessionId: row.family };
      }
      if (row.revokedAt) return { outcome: 'invalid' };
      await tx.update(RefreshTokenRow, { tokenHash }, { rotatedAt: new Date() });
      return { outcome: 'rotated', userId: row.userId, ...(await insert(tx, { ...row, address })) };
    });
  }

  /** Ends the session of a token. @returns undefined when there was nothing to end */
  end(token: string): Promise<{ readonly userId: string; readonly sessionId: string } | undefined> {
    return this.database.transaction(async (tx) => {
      const row = await tx.findOneBy(RefreshTokenRow, { tokenHash: hashOf(token), revokedAt: IsNull(), expiresAt: MoreThan(new Date()) });
      if (!row) return undefined;
      await revoke(tx, row.family);
      return { userId: row.userId, sessionId: row.family };
    });
  }
}

type NewToken = Pick<RefreshTokenRow, 'userId' | 'family' | 'expiresAt' | 'address'>;

async function insert(tx: EntityManager, { userId, family, expiresAt, address }: NewToken): Promise<SessionToken> {
  const token = randomBytes(32).toString('base64url');
  await tx.insert(RefreshTokenRow, { tokenHash: hashOf(token), userId, family, expiresAt, address });
  return { token, sessionId: family };
}

async function revoke(tx: EntityManager, family: string): Promise<void> {
  await tx.update(RefreshTokenRow, { family, revokedAt: IsNull() }, { revokedAt: new Date() });
}
