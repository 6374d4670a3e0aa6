import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager, PrimaryColumn } from 'typeorm';
import { Failure } from '#contracts';
import { Database } from '#platform';
import { loadPage, type Page, type PageRequest, queryRows } from '#storage';
import { lockAccount } from './account-lock.ts';

/** An open invitation; it is deleted when somebody registers with it. */
@Entity({ schema: 'identity', name: 'invitations' })
export class InvitationRow {
  @PrimaryColumn('uuid')
  id!: string;
  @Column('bytea', { name: 'token_hash', select: false })
  tokenHash!: Buffer;
  /** The only address that may register with it; null: any address. */
  @Column('text', { nullable: true })
  email!: string | null;
  @Column('uuid', { name: 'created_by', nullable: true })
  createdBy!: string | null;
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}

const maxOpen = 1_000;
/** The lock of those who count the open invitations and then add one. */
const countLock = `SELECT pg_advisory_xact_lock(hashtext('identity.invitations'))`;

@Injectable()
export class InvitationStore {
  constructor(private readonly database: Database) {}

  /** Also deletes the expired ones. @throws Failure too-many-invitations; unauthenticated where the account that invites is erased meanwhile */
  add(given: { hash: Buffer; email: string | null; createdBy: string; expiresAt: Date }): Promise<InvitationRow> {
    return this.database.transaction(async (tx) => {
      if (!(await lockAccount(tx, given.createdBy))) throw new Failure('unauthenticated', 'This account no longer exists.');
      await queryRows(tx, countLock);
      await queryRows(tx, 'DELETE FROM identity.invitations WHERE expires_at < now()');
      const [row] = await queryRows<InvitationRow>(
        tx,
        `INSERT INTO identity.invitations (id, token_hash, email, created_by, expires_at)
         SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM identity.invitations) < ${maxOpen}
         RETURNING id, email, created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt"`,
        [randomUUID(), given.hash, given.email, given.createdBy, given.expiresAt],
      );
      if (!row) throw new Failure('too-many-invitations', `There may be ${maxOpen} open invitations.`);
      return row;
    });
  }

  /** New to old. @throws Failure request-invalid for a cursor that is not ours */
  list(page: PageRequest): Promise<Page<InvitationRow>> {
    const query = this.database.repository(InvitationRow).createQueryBuilder('invitation');
    return loadPage(query.where('invitation.expires_at > now()'), page);
  }

  /** @throws Failure invitation-not-found */
  async get(id: string): Promise<InvitationRow> {
    const query = this.database.repository(InvitationRow).createQueryBuilder('invitation');
    const row = await query.where('invitation.id = :id AND invitation.expires_at > now()', { id }).getOne();
    if (!row) throw notOpen(id);
    return row;
  }

  /** @throws Failure invitation-not-found */
  async remove(id: string): Promise<void> {
    const sql = 'DELETE FROM identity.invitations WHERE id = $1 AND expires_at > now() RETURNING id';
    if ((await queryRows(this.database.source, sql, [id])).length === 0) throw notOpen(id);
  }

  /** Whether it would be accepted now; nothing is used up. */
  async isOpen(hash: Buffer, email: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM identity.invitations WHERE token_hash = $1 AND expires_at > now() AND (email IS NULL OR email = $2)';
    return (await queryRows(this.database.source, sql, [hash, email])).length > 0;
  }

  /**
   * Uses it up: of two transactions with one token, the second waits for the first and then finds nothing.
   *
   * @throws Failure invitation-invalid
   */
  static async use(tx: EntityManager, hash: Buffer, email: string): Promise<void> {
    const rows = await queryRows(
      tx,
      `DELETE FROM identity.invitations WHERE token_hash = $1 AND expires_at > clock_timestamp() AND (email IS NULL OR email = $2) RETURNING id`,
      [hash, email],
    );
    if (rows.length === 0) throw invitationInvalid();
  }
}

const notOpen = (id: string) => new Failure('invitation-not-found', `There is no open invitation ${id}.`);

export const invitationInvalid = () =>
  new Failure('invitation-invalid', 'A valid invitation is needed; this one is unknown, used, expired or made for another address.');
