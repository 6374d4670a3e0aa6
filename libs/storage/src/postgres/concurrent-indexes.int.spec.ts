import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { type TestDatabase, testDatabase, until } from '#testing';
import { updatedIndexes } from './concurrent-indexes.ts';
import { openPostgres } from './data-source.ts';
import { migrateSchema } from './migrate.ts';
import { ownedColumns } from './owned-row.ts';

let testing: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  testing = await testDatabase('updated_indexes');
  source = await openPostgres({ url: testing.url, schema: 'spec', applicationName: 'spec', poolSize: 5, entities: [], migrations: [] });
  await source.query('CREATE SCHEMA IF NOT EXISTS spec');
});
afterAll(async () => {
  await source?.destroy();
  await testing?.drop();
});
beforeEach(async () => {
  await source.query('DROP TABLE IF EXISTS spec.note, spec.migration');
  await source.query(`CREATE TABLE spec.note (${ownedColumns})`);
});

class AddLength1700000000001 implements MigrationInterface {
  readonly name = 'AddLength1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE spec.note ADD COLUMN length int');
  }
  async down(): Promise<void> {}
}

const migrate = () =>
  migrateSchema(
    testing.url,
    { schema: 'spec', steps: [updatedIndexes('IndexChanges1700000000000', ['spec.note'])] },
    { applicationName: 'spec' },
  );
const write = (on: Pick<DataSource, 'query'> = source) =>
  on.query(`INSERT INTO spec.note (id, owner_id, title, search_text) VALUES (gen_random_uuid(), gen_random_uuid(), '', '')`);
const isValid = async () =>
  (await source.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('spec.note_updated')`))[0]?.indisvalid;

describe('the index for lists by the last change', () => {
  it('is built while a transaction writes to the table, and others write meanwhile', async () => {
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    await write(runner);
    const migrating = migrate();
    await until(async () => (await isValid()) !== undefined, 20_000);
    await source.transaction(async (tx) => {
      await tx.query(`SET LOCAL lock_timeout = '2s'`);
      await write(tx);
    });
    await runner.commitTransaction();
    await runner.release();
    await migrating;
    expect(await isValid()).toBe(true);
  });

  it('is built anew where a run was interrupted, and left alone where it is there', async () => {
    await source.query('CREATE INDEX note_updated ON spec.note (owner_id)');
    await source.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'spec.note_updated'::regclass`);
    await migrate();
    const [{ definition }] = await source.query(`SELECT pg_get_indexdef('spec.note_updated'::regclass) AS definition`);
    expect([await isValid(), definition]).toEqual([true, expect.stringContaining('(owner_id, updated_at, id)')]);
    await source.query('DROP TABLE spec.migration');
    await migrate();
  });
});

describe('a step that changes a table', () => {
  it('lets others through while it waits for somebody who reads the table, and succeeds afterwards', async () => {
    const reader = source.createQueryRunner();
    await reader.startTransaction();
    await reader.query('SELECT 1 FROM spec.note');
    const migrating = migrateSchema(testing.url, { schema: 'spec', steps: [AddLength1700000000001] }, { applicationName: 'spec' });
    const isWaiting = async () =>
      (await source.query(`SELECT 1 FROM pg_locks WHERE relation = 'spec.note'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted`))
        .length > 0;
    expect(await until(isWaiting, 20_000)).toBe(true);
    expect(await until(async () => !(await isWaiting()), 20_000)).toBe(true);
    await write();
    await reader.commitTransaction();
    await reader.release();
    await migrating;
    expect(await source.query('SELECT length FROM spec.note')).toEqual([{ length: null }]);
  });
});
