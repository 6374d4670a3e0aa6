import type { JsonWebKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, IsNull, LessThan, PrimaryColumn } from 'typeorm';
import { Database } from '#platform';

@Entity({ schema: 'identity', name: 'signing_keys' })
export class SigningKeyRow {
  @PrimaryColumn('text')
  kid!: string;
  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: JsonWebKey;
  @Column('bytea', { name: 'sealed_private' })
  sealedPrivate!: Buffer;
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
  /** Start of signing; it is published before. */
  @Column('timestamptz', { name: 'signs_from' })
  signsFrom!: Date;
  /** End of signing; it still verifies. May be in the future. */
  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}

/** Changes to apply to the key set. */
export interface KeyChange {
  readonly add: SigningKeyRow;
  /** Keys that retire when the new one starts signing. */
  readonly retire: readonly string[];
}

/** The key pairs of the platform, newest first. */
@Injectable()
export class SigningKeyStore {
  constructor(private readonly database: Database) {}

  all(): Promise<SigningKeyRow[]> {
    return newestFirst(this.database.source.manager);
  }

  /** Applies the result of `change`, if any, to the key set under a lock shared by all instances. */
  changeIfNeeded(change: (existing: SigningKeyRow[]) => Promise<KeyChange | undefined>): Promise<SigningKeyRow[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('identity'), hashtext('signing_keys'))`);
      const wanted = await change(await newestFirst(tx));
      if (wanted) {
        for (const kid of wanted.retire) await tx.update(SigningKeyRow, { kid, retiredAt: IsNull() }, { retiredAt: wanted.add.signsFrom });
        await tx.insert(SigningKeyRow, wanted.add as Parameters<typeof tx.insert>[1] as never);
      }
      return newestFirst(tx);
    });
  }

  /** Nothing happens when it has been sealed by somebody else meanwhile. */
  async reseal({ kid, sealedPrivate: before }: SigningKeyRow, sealedPrivate: Buffer): Promise<void> {
    await this.database.repository(SigningKeyRow).update({ kid, sealedPrivate: before }, { sealedPrivate });
  }

  /** Deletes keys whose last token has expired. */
  async forget(retiredBefore: Date): Promise<void> {
    await this.database.repository(SigningKeyRow).delete({ retiredAt: LessThan(retiredBefore) });
  }
}

const newestFirst = (manager: EntityManager) => manager.find(SigningKeyRow, { order: { createdAt: 'DESC', kid: 'ASC' } });
