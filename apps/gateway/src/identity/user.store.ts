import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Failure, type Role } from '#contracts';
import { Database } from '#platform';
import { queryRows } from '#storage';

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
}

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
  async add({ email, passwordHash, roles }: Pick<UserRow, 'email' | 'passwordHash' | 'roles'>): Promise<UserRow> {
    const [row] = await queryRows<UserRow>(
      this.database.source,
      `INSERT INTO identity.users (id, email, password_hash, roles) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING
       RETURNING id, email, password_hash AS "passwordHash", roles, created_at AS "createdAt"`,
      [randomUUID(), email, passwordHash, roles],
    );
    if (!row) throw new Failure('email-taken', 'This e-mail address is already registered.');
    return row;
  }
}
