import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Failure, type Role } from '#contracts';
import { Database } from '#platform';
import { type Queryable, queryRows } from '#storage';
import { InvitationStore } from './invitation.store.ts';

@Entity({ schema: 'identity', name: 'users' })
export class UserRow {
  @PrimaryColumn('uuid')
  id!: string;
  @Column('text')
  email!: string;
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;
  @Column('text', { array: true })
  roles!: Role[];
  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
  /** Null while the address waits for its confirmation. */
  @Column('timestamptz', { name: 'email_confirmed_at', nullable: true })
  emailConfirmedAt!: Date | null;
  /** Since when nobody can log in to it or use its keys. */
  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;
  /** When it will be deleted; a login before cancels that. */
  @Column('timestamptz', { name: 'deletion_due_at', nullable: true })
  deletionDueAt!: Date | null;
  /** Counts the changes of operators. */
  @Column('int')
  revision!: number;
}

type NewUser = Pick<UserRow, 'email' | 'passwordHash' | 'roles'> & { readonly isConfirmed: boolean };

/** The accounts. */
@Injectable()
export class UserStore {
  constructor(private readonly database: Database) {}

  byEmail(email: string): Promise<UserRow | null> {
    return this.database.repository(UserRow).findOneBy({ email });
  }

  byId(id: string): Promise<UserRow | null> {
    return this.database.repository(UserRow).findOneBy({ id });
  }

  /** @throws Failure unauthenticated when the account was deleted */
  async require(id: string): Promise<UserRow> {
    const user = await this.byId(id);
    if (!user) throw new Failure('unauthenticated', 'This account no longer exists.');
    return user;
  }

  /**
   * A registered address is not a statement error, because PostgreSQL would log the address.
   *
   * @throws Failure email-taken
   */
  add(user: NewUser): Promise<UserRow> {
    return insertUser(this.database.source, user);
  }

  /** Like `add`, and uses up an invitation with it; neither happens without the other. @throws Failure invitation-invalid; email-taken */
  addInvited(user: NewUser, invitationHash: Buffer): Promise<UserRow> {
    return this.database.transaction(async (tx) => {
      await InvitationStore.use(tx, invitationHash, user.email);
      return insertUser(tx, user);
    });
  }
}

async function insertUser(on: Queryable, { email, passwordHash, roles, isConfirmed }: NewUser): Promise<UserRow> {
  const [row] = await queryRows<UserRow>(
    on,
    `INSERT INTO identity.users (id, email, password_hash, roles, email_confirmed_at) VALUES ($1, $2, $3, $4, CASE WHEN $5 THEN now() END) ON CONFLICT (email) DO NOTHING
     RETURNING id, email, password_hash AS "passwordHash", roles, created_at AS "createdAt", email_confirmed_at AS "emailConfirmedAt", disabled_at AS "disabledAt", deletion_due_at AS "deletionDueAt", revision`,
    [randomUUID(), email, passwordHash, roles, isConfirmed],
  );
  if (!row) throw new Failure('email-taken', 'This e-mail address is already registered.');
  return row;
}
