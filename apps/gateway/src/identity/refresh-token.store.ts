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
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
  @Column('timestamptz', { name: 'rotated_at', nullable: true })
  rotatedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}

export type Rotation =
  | { readonly outcome: 'rotated'; readonly token: string; readonly userId: string }
  | { readonly outcome: 'reused'; readonly userId: string }
  | { readonly outcome: 'invalid' };

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The sessions: families of refresh tokens, each token good for one use. */
@Injectable()
export class RefreshTokenStore {
  constructor(private readonly database: Database) {}

  /** Begins a family. @returns the token, which is nowhere else from now on */
  begin(userId: string, lifetimeMs: number): Promise<string> {
    return this.database.transaction(async (tx) => {
      await tx.query(`DELETE FROM identity.refresh_tokens WHERE user_id = $1 AND expires_at < now()`, [userId]);
      return insert(tx, { userId, family: randomUUID(), expiresAt: new Date(Date.now() + lifetimeMs) });
    });
  }

  /** Uses a token up and gives the next one of its family; a token that was used before ends the family. */
  rotate(token: string): Promise<Rotation> {
    return this.database.transaction(async (tx) => {
      const tokenHash = hashOf(token);
      const row = await tx.findOne(RefreshTokenRow, { where: { tokenHash }, lock: { mode: 'pessimistic_write' } });
      if (!row || row.expiresAt <= new Date()) return { outcome: 'invalid' };
      if (row.rotatedAt) {
        await revoke(tx, row.family);
        return { outcome: 'reused', userId: row.userId };
      }
      if (row.revokedAt) return { outcome: 'invalid' };
      await tx.update(RefreshTokenRow, { tokenHash }, { rotatedAt: new Date() });
      return { outcome: 'rotated', token: await insert(tx, row), userId: row.userId };
    });
  }

  /** Ends the family of a token. @returns whose it was; undefined when there was nothing to end */
  end(token: string): Promise<string | undefined> {
    return this.database.transaction(async (tx) => {
      const row = await tx.findOneBy(RefreshTokenRow, { tokenHash: hashOf(token), revokedAt: IsNull(), expiresAt: MoreThan(new Date()) });
      if (row) await revoke(tx, row.family);
      return row?.userId;
    });
  }
}

async function insert(tx: EntityManager, { userId, family, expiresAt }: Pick<RefreshTokenRow, 'userId' | 'family' | 'expiresAt'>) {
  const token = randomBytes(32).toString('base64url');
  await tx.insert(RefreshTokenRow, { tokenHash: hashOf(token), userId, family, expiresAt });
  return token;
}

async function revoke(tx: EntityManager, family: string): Promise<void> {
  await tx.update(RefreshTokenRow, { family, revokedAt: IsNull() }, { revokedAt: new Date() });
}
