import type { Names } from '../names.ts';

/** clip.store.ts: the table as an entity, and every query on it. */
export const store = ({ service, camel, camels, Pascal, Pascals, table, words }: Names): string => `/** \
Whose ${words} is whose. Every query names the owner: somebody else's ${words} is not found. */
import { Injectable } from '@nestjs/common';
import { Column, Entity, type EntityManager } from 'typeorm';
import type { list${Pascals}, OwnerChanges, RequestOf } from '#contracts';
import { Database } from '#platform';
import { insertOwned, type ListDeclaration, loadList, type NewOwnedRow, type OwnedKey, OwnedRow, type Page, updateOwned } from '#storage';

@Entity({ schema: '${service}', name: '${table}' })
export class ${Pascal}Row extends OwnedRow {
  @Column('uuid', { name: 'job_id' })
  jobId!: string;

  @Column('timestamptz', { name: 'ready_at', nullable: true })
  readyAt!: Date | null;
}

export type List${Pascals} = RequestOf<typeof list${Pascals}>;

/** The columns of the filters and sorts that the contract declares. */
const ${camels}List: ListDeclaration<List${Pascals}> = {};

@Injectable()
export class ${Pascal}Store {
  constructor(private readonly database: Database) {}

  /** @throws Failure \`external-id-taken\` */
  add(tx: EntityManager, ${camel}: NewOwnedRow<${Pascal}Row>): Promise<void> {
    return insertOwned(tx, ${Pascal}Row, ${camel});
  }

  find(id: string, ownerId: string): Promise<${Pascal}Row | null> {
    return this.${camels}.findOneBy({ id, ownerId });
  }

  /** @throws Failure \`request-invalid\` for a cursor that is not ours */
  list(ownerId: string, request: List${Pascals}): Promise<Page<${Pascal}Row>> {
    return loadList(this.${camels}.createQueryBuilder('${camel}').where({ ownerId }), request, ${camels}List);
  }

  /** @returns null when the owner has no such ${words}. @throws Failure \`precondition-failed\`, \`external-id-taken\`, \`metadata-too-large\` */
  update(key: OwnedKey, changes: OwnerChanges & { readonly ifRevision?: number | undefined }): Promise<${Pascal}Row | null> {
    return this.database.transaction((tx) => updateOwned(tx, ${Pascal}Row, key, changes));
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
import { ownedColumns, ownedIndexes, type SchemaMigrations } from '#storage';

class Create${Pascals}${timeMs} implements MigrationInterface {
  readonly name = 'Create${Pascals}${timeMs}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`
      CREATE TABLE ${service}.${table} (\${ownedColumns},
        job_id   uuid NOT NULL,
        ready_at timestamptz
      )\`);
    for (const index of ownedIndexes('${service}.${table}')) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ${service}.${table}');
  }
}

export const ${camel}Migrations: SchemaMigrations = { schema: '${service}', steps: [Create${Pascals}${timeMs}] };
`;
