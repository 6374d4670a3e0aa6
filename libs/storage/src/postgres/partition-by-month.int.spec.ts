import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, QueryRunner } from 'typeorm';
import { type TestDatabase, testDatabase, until } from '#testing';
import { openPostgres } from './data-source.ts';
import { dropPartitions, makePartitions, monthStart, nameOf, partitionsOf, untilOf } from './monthly-partitions.ts';
import { type Conversion, partitionByMonth } from './partition-by-month.ts';

const rows = 20_000;
const visits: Conversion = {
  schema: 'spec',
  table: 'visit',
  key: 'at',
  columns: ['id', 'at', 'note'],
  definition: 'id int NOT NULL, at timestamptz NOT NULL DEFAULT now(), note text CHECK (note <> $$$$)',
  primaryKey: ['id', 'at'],
  after: [
    'CREATE UNIQUE INDEX visit_note ON spec.visit (note, at) WHERE note IS NOT NULL',
    'CREATE INDEX visit_at ON spec.visit (at DESC)',
  ],
};

let testing: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  testing = await testDatabase('partition_by_month');
  source = await openPostgres({ url: testing.url, schema: 'spec', applicationName: 'spec', poolSize: 5, entities: [], migrations: [] });
  await source.query('CREATE SCHEMA IF NOT EXISTS spec');
});
afterAll(async () => {
  await source?.destroy();
  await testing?.drop();
});

async function usedTable(): Promise<string> {
  await source.query('DROP TABLE IF EXISTS spec.visit');
  await source.query('CREATE TABLE spec.visit (note text CHECK (note <> $$$$), id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())');
  await source.query('CREATE INDEX visit_note ON spec.visit (note)');
  await source.query(`INSERT INTO spec.visit SELECT 'n' || i, i, now() - i * interval '5 minutes' FROM generate_series(1, ${rows}) AS i`);
  return fileOf('visit');
}
const fileOf = async (table: string): Promise<string> =>
  (await source.query('SELECT pg_relation_filenode($1::regclass) AS file', [`spec.${table}`]))[0].file;
const count = async (table = 'visit') => Number((await source.query(`SELECT count(*) FROM spec.${table}`))[0].count);
const waiting = (kind: string) => async () =>
  (await source.query('SELECT 1 FROM pg_locks WHERE NOT granted AND (locktype = $1 OR mode = $1)', [kind])).length > 0;
/** A client that does not wait for locks longer than a client would. */
const write = (id: number) =>
  source.transaction(async (tx) => {
    await tx.query(`SET LOCAL lock_timeout = '1s'`);
    await tx.query('INSERT INTO spec.visit (id) VALUES ($1)', [id]);
    return (await tx.query('SELECT id FROM spec.visit WHERE id IN ($1, 1) ORDER BY id', [id])).length;
  });

/** Runs `during` while the table is converted; `hold` is what another transaction has done and has not committed. */
async function convert(hold: string, during: (other: QueryRunner) => Promise<void>): Promise<void> {
  const [run, other] = [source.createQueryRunner(), source.createQueryRunner()];
  await other.startTransaction('REPEATABLE READ');
  await other.query(hold);
  const converting = partitionByMonth(run, visits);
  await during(other).finally(() => (other.isTransactionActive ? other.commitTransaction() : undefined));
  await converting;
  await Promise.all([run.release(), other.release()]);
}

describe('a table with rows that becomes one of months', () => {
  it('is read and written while its indexes are built and its rows are checked, and is not copied', async () => {
    const file = await usedTable();
    await convert('SELECT 1', async (other) => {
      expect(await until(waiting('virtualxid'), 10_000)).toBe(true); // an index waits for the snapshot of the other transaction
      expect(await write(rows + 1)).toBe(2);
      await other.commitTransaction();
    });
    const end = monthStart(new Date(), 2);
    expect(await partitionsOf(source, visits)).toEqual([nameOf('visit', end), 'visit_rest', untilOf('visit', end)]);
    expect(await fileOf(untilOf('visit', end))).toBe(file);
    expect(await count()).toBe(rows + 1);
  });

  it('has the indexes and constraints of the new table, valid and with names that are free again', async () => {
    const invalid = await source.query(`SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid`);
    expect(invalid).toEqual([]);
    const names = await source.query(
      `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'spec' AND tablename LIKE 'visit_until%'`,
    );
    const prefix = untilOf('visit', monthStart(new Date(), 2));
    expect(names.map(({ name }: { name: string }) => name).sort()).toEqual([
      `${prefix}_at`,
      `${prefix}_key`,
      `${prefix}_note`,
      `${prefix}_pkey`,
    ]);
    const row = `SELECT note, at FROM spec.visit WHERE id = 1`;
    await expect(source.query(`INSERT INTO spec.visit (id, note, at) SELECT 0, note, at FROM (${row}) AS one`)).rejects.toThrow(/note/);
    await expect(source.query(`INSERT INTO spec.visit (id, note) VALUES (0, '')`)).rejects.toThrow(/cannot be stored/);
  });

  it('gets a partition for each later month, and loses old rows by themselves until it is over', async () => {
    const end = monthStart(new Date(), 2);
    expect(await makePartitions(source, visits, new Date())).toEqual([]);
    expect(await makePartitions(source, visits, end)).toEqual([1, 2].map((ahead) => nameOf('visit', monthStart(end, ahead))));
    const before = new Date(Date.now() - 1_000 * 300_000);
    expect(await dropPartitions(source, visits, before)).toEqual([]);
    const left = await count(untilOf('visit', end));
    expect(left).toBeGreaterThan(990);
    expect(left).toBeLessThan(1_010);
    expect(await dropPartitions(source, visits, end)).toEqual([untilOf('visit', end)]);
  });

  it('does not make others wait behind it for longer than its lock timeout', async () => {
    await usedTable();
    const written: number[] = [];
    await convert('LOCK TABLE spec.visit IN ACCESS SHARE MODE', async () => {
      expect(await until(waiting('AccessExclusiveLock'), 10_000)).toBe(true);
      for (const id of [1, 2, 3]) written.push((await source.query('INSERT INTO spec.visit (id) VALUES ($1) RETURNING id', [-id]))[0].id);
    });
    expect(written).toEqual([-1, -2, -3]);
    expect(await count()).toBe(rows + 3);
  });

  it('is converted by a second run where the first was interrupted', async () => {
    await source.query('DROP TABLE spec.visit');
    const file = await usedTable();
    await source.query(`ALTER TABLE spec.visit ADD CONSTRAINT before_months CHECK (at < '2999-01-01') NOT VALID`);
    await source.query('CREATE INDEX visit_note_prepared ON spec.visit (id)');
    for (const _ of [1, 2]) await convert('SELECT 1', async () => undefined);
    const end = monthStart(new Date(), 2);
    expect([await count(), await fileOf(untilOf('visit', end))]).toEqual([rows, file]);
    const checks = await source.query(`SELECT conname FROM pg_constraint WHERE conname = 'before_months'`);
    expect(checks).toEqual([]);
  });
});
