import type { JsonWebKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
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
  /** Since then it verifies but signs no more. */
  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;
}

/** The key pairs of the platform, newest first. */
@Injectable()
export class SigningKeyStore {
  constructor(private readonly database: Database) {}

  all(): Promise<SigningKeyRow[]> {
    return newestFirst(this.database.source.manager);
  }

  /** Adds what `make` gives, unless it gives nothing once it has seen all keys; copies that start together take turns. */
  addIfNeeded(make: (existing: SigningKeyRow[]) => Promise<SigningKeyRow | undefined>): Promise<SigningKeyRow[]> {
    return this.database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('identity'), hashtext('signing_keys'))`);
      const added = await make(await newestFirst(tx));
      if (added) await tx.insert(SigningKeyRow, added as Parameters<typeof tx.insert>[1] as never);
      return newestFirst(tx);
    });
  }
}

const newestFirst = (manager: EntityManager) => manager.find(SigningKeyRow, { order: { createdAt: 'DESC', kid: 'ASC' } });
