import type { Names } from '../names.ts';

/** clip.store.ts: the table as an entity, and every query on it. */
export const store = ({ service, camel, camels, Pascal, table, words }: Names): string => `/** \
Whose ${words} is whose. Every query names the owner: somebody else's ${words} is not found. */
import { Injectable } from '@nestjs/common';
import { Column, CreateDateColumn, Entity, type EntityManager, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { Database } from '#platform';
import { loadPage, type Page, type PageRequest } from '#storage';

@Entity({ schema: '${service}', name: '${table}' })
export class ${Pascal}Row {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @Column('text')
  title!: string;

  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('timestamptz', { name: 'ready_at', nullable: true })
  readyAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

@Injectable()
export class ${Pascal}Store {
  constructor(private readonly database: Database) {}

  async add(tx: EntityManager, ${camel}: Pick<${Pascal}Row, 'id' | 'ownerId' | 'title' | 'jobId'>): Promise<void> {
    await tx.insert(${Pascal}Row, ${camel});
  }

  find(id: string, ownerId: string): Promise<${Pascal}Row | null> {
    return this.${camels}.findOneBy({ id, ownerId });
  }

  /** New to old. @throws Failure \`request-invalid\` for a cursor that is not ours */
  list(ownerId: string, page: PageRequest): Promise<Page<${Pascal}Row>> {
    return loadPage(this.${camels}.createQueryBuilder('item').where({ ownerId }), page);
  }

  /** Does nothing when the ${words} was deleted meanwhile. */
  async markReady(tx: EntityManager, id: string, ownerId: string): Promise<void> {
    await tx.update(${Pascal}Row, { id, ownerId }, { readyAt: new Date() });
  }

  /** @returns false when the owner has no such ${words} */
  async delete(id: string, ownerId: string): Promise<boolean> {
    return (await this.${camels}.delete({ id, ownerId })).affected === 1;
  }

  private get ${camels}() {
    return this.database.repository(${Pascal}Row);
  }
}
`;

/** clip.migration.ts: the table. @param timeMs part of the step's name; TypeORM runs the steps of a schema in this order */
export const migration = ({ service, camel, Pascals, table, wordsPlural }: Names, timeMs: number): string => `/** \
The table of ${wordsPlural}, step by step. A step that has landed is never changed; the next one changes what it made. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

class Create${Pascals}${timeMs} implements MigrationInterface {
  readonly name = 'Create${Pascals}${timeMs}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`
      CREATE TABLE ${service}.${table} (
        id         uuid PRIMARY KEY,
        owner_id   uuid NOT NULL,
        title      text NOT NULL,
        job_id     uuid NOT NULL,
        ready_at   timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )\`);
    await runner.query('CREATE INDEX ${table}_owner ON ${service}.${table} (owner_id, created_at DESC, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ${service}.${table}');
  }
}

export const ${camel}Migrations: SchemaMigrations = { schema: '${service}', steps: [Create${Pascals}${timeMs}] };
`;
