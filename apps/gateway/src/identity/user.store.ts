import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Failure, type Role } from '#contracts';
import { Database } from '#platform';

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

const uniqueViolation = '23505';

/** Who there is. */
@Injectable()
export class UserStore {
  constructor(private readonly database: Database) {}

  byEmail(email: string): Promise<UserRow | null> {
    return this.database.repository(UserRow).findOneBy({ email });
  }

  byId(id: string): Promise<UserRow | null> {
    return this.database.repository(UserRow).findOneBy({ id });
  }

  /** @throws Failure email-taken */
  async add(user: Pick<UserRow, 'email' | 'passwordHash' | 'roles'>): Promise<UserRow> {
    const row = { id: randomUUID(), createdAt: new Date(), ...user };
    try {
      await this.database.repository(UserRow).insert(row);
    } catch (error) {
      if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
      throw new Failure('email-taken', 'Somebody has registered this e-mail address already.', { cause: error });
    }
    return row;
  }

  async changeHash(id: string, passwordHash: string): Promise<void> {
    await this.database.repository(UserRow).update({ id }, { passwordHash });
  }
}
