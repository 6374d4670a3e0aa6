import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { type TestDatabase, testDatabase, until } from '#testing';
import { openPostgres } from './data-source.ts';
import { migrateSchema } from './migrate.ts';
import { ownedColumns } from './owned-row.ts';
import { updatedIndexes } from './updated-indexes.ts';

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
