import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { queryPlans, type TestDatabase, testDatabase, until } from '#testing';
import { isLockTimeout } from './availability.ts';
import { openPostgres } from './data-source.ts';
import { dropPartitions, makePartitions, partitionsOf } from './monthly-partitions.ts';
import { type Conversion, joinPartitions, partitionByMonth } from './partition-by-month.ts';

const visits: Conversion = {
  schema: 'spec',
  table: 'visit',
  key: 'at',
  columns: ['id', 'at', 'note'],
  definition: `id int NOT NULL, at timestamptz NOT NULL DEFAULT now(), note text NOT NULL DEFAULT ''`,
  primaryKey: ['id', 'at'],
  after: ['CREATE INDEX visit_at ON spec.visit (at)'],
};
class Create1700000000000 implements MigrationInterface {
  readonly name = 'Create1700000000000';
  async up(run: QueryRunner): Promise<void> {
    await run.query('CREATE TABLE spec.visit (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), note text)');
    await run.query('CREATE INDEX visit_at ON spec.visit (at)');
  }
  async down(): Promise<void> {}
}
class Partition1700000000001 implements MigrationInterface {
  readonly name = 'Partition1700000000001';
  readonly transaction = false;
  up = (run: QueryRunner) => partitionByMonth(run, visits);
  down = (run: QueryRunner) => joinPartitions(run, { ...visits, primaryKey: ['id'] });
}

let testing: TestDatabase;
let source: DataSource;
beforeAll(async () => {
  testing = await testDatabase('partitions');
  source = await openPostgres({
    url: testing.url,
    schema: 'spec',
    applicationName: 'spec',
    poolSize: 4,
    entities: [],
    migrations: [{ schema: 'spec', steps: [Create1700000000000, Partition1700000000001] }],
  });
  for (const day of ['2026-08-15', '2026-09-15']) await makePartitions(source, visits, at(day));
  await source.query(
    `INSERT INTO spec.visit SELECT i, '2026-08-15T12:00:00Z'::timestamptz + i * interval '10 days', 'n' FROM generate_series(1, 9) AS i`,
  );
});
afterAll(async () => {
  await source?.destroy();
  await testing?.drop();
});

const at = (text: string) => new Date(`${text}T00:00:00Z`);
const countIn = async (table: string) => Number((await source.query(`SELECT count(*) FROM spec.${table}`))[0].count);

describe('an empty table that becomes one of months', () => {
  it('has the partitions of this month and the next two, and puts each row into that of its month', async () => {
    expect(await countIn('visit')).toBe(9);
    expect([await countIn('visit_2026_08'), await countIn('visit_2026_09'), await countIn('visit_rest')]).toEqual([1, 3, 0]);
    const [{ months }] = await source.query(`SELECT to_char(now() AT TIME ZONE 'UTC' + interval '2 months', 'YYYY_MM') AS months`);
    expect(await partitionsOf(source, visits)).toContain(`visit_${months}`);
  });
  it('reads only the months of the period that is asked for', async () => {
    const ask = () => source.query(`SELECT * FROM spec.visit WHERE at >= '2026-09-03Z' AND at < '2026-09-20Z'`);
    const plan = await queryPlans(source, ask);
    expect(plan).toContain('visit_2026_09');
    expect(plan).not.toMatch(/visit_2026_(08|10|11)|visit_rest/);
  });
});

describe('partitions', () => {
  it('are made ahead once, also by two copies at the same time', async () => {
    const made = await Promise.all([1, 2].map(() => makePartitions(source, visits, at('2031-11-15'))));
    expect(made.flat().sort()).toEqual(['visit_2031_11', 'visit_2031_12', 'visit_2032_01']);
    expect(await makePartitions(source, visits, at('2031-11-15'))).toEqual([]);
  });

  it('are left to the copy that is at them', async () => {
    const other = source.createQueryRunner();
    await other.startTransaction();
    await other.query(`SELECT pg_advisory_xact_lock(hashtext('partitions'), hashtext('spec.visit'))`);
    expect(await makePartitions(source, visits, at('2035-01-15'))).toEqual([]);
    expect(await dropPartitions(source, visits, at('2031-12-01'))).toEqual([]);
    await other.rollbackTransaction();
    await other.release();
    expect(await partitionsOf(source, visits)).toContain('visit_2031_11');
  });

  it('with a name that is no month of the table stay', async () => {
    await source.query(`CREATE TABLE spec.visit_archive PARTITION OF spec.visit FOR VALUES FROM ('2001-01-01Z') TO ('2002-01-01Z')`);
    expect(await dropPartitions(source, visits, at('2003-01-01'))).toEqual([]);
    expect(await partitionsOf(source, visits)).toContain('visit_archive');
    await source.query('DROP TABLE spec.visit_archive');
  });

  it('take the rows that came first, also one that is being written at the turn of the month', async () => {
    await source.query(`INSERT INTO spec.visit VALUES (10, '2033-02-01T00:00:00Z')`); // nobody has made its month
    const writer = source.createQueryRunner();
    await writer.startTransaction();
    await writer.query(`INSERT INTO spec.visit VALUES (11, '2033-02-01T00:00:00.000001Z')`);
    const making = makePartitions(source, visits, at('2033-02-01'));
    const waits = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'spec.visit_rest'::regclass`;
    expect(await until(async () => (await source.query(waits)).length > 0, 2_000)).toBe(true);
    await writer.commitTransaction();
    await writer.release();
    expect(await making).toContain('visit_2033_02');
    await source.query(`INSERT INTO spec.visit VALUES (12, '2033-02-28T23:59:59.999999Z'), (13, '2033-03-01Z')`);
    expect([await countIn('visit_2033_02'), await countIn('visit_2033_03'), await countIn('visit_rest')]).toEqual([3, 1, 0]);
  });

  it('are dropped whole when their month is over, except one with a row that must stay', async () => {
    await source.query(`INSERT INTO spec.visit VALUES (14, '2026-08-20Z', 'open'), (15, '1999-01-01Z', '')`);
    expect(await dropPartitions(source, visits, at('2026-08-31'))).toEqual([]);
    expect(await countIn('visit_rest')).toBe(0); // the rest has no month, so old rows are deleted
    expect(await dropPartitions(source, visits, at('2026-10-01'), `note = 'open'`)).toEqual(['visit_2026_09']);
    expect(await countIn('visit_2026_08')).toBe(2);
    expect(await dropPartitions(source, visits, at('2026-10-01'))).toEqual(['visit_2026_08']);
    expect(await countIn('visit')).toBe(9);
  });

  it('tell apart that a table was in use for too long', async () => {
    const reader = source.createQueryRunner();
    await reader.startTransaction();
    await reader.query('LOCK TABLE spec.visit_rest IN ACCESS SHARE MODE');
    const failure = await makePartitions(source, visits, at('2036-01-15')).catch((error: unknown) => error);
    await reader.rollbackTransaction();
    await reader.release();
    expect(isLockTimeout(failure)).toBe(true);
  });

  it('are one table again on the way back, with all rows', async () => {
    const run = source.createQueryRunner();
    const before = await countIn('visit');
    await run.startTransaction();
    await new Partition1700000000001().down(run);
    expect(Number((await run.query('SELECT count(*) FROM spec.visit'))[0].count)).toBe(before);
    expect((await run.query(`SELECT relkind FROM pg_class WHERE oid = 'spec.visit'::regclass`))[0].relkind).toBe('r');
    await run.rollbackTransaction();
    await run.release();
  });
});
