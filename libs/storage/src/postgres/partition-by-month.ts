/** Migrations that put a table partitioned by month in the place of a plain one, and back. */
import { setTimeout as delay } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { isLockTimeout } from './availability.ts';
import { lockTimeout, type MonthlyTable, monthStart, monthsAhead, nameOf, restOf, untilOf } from './monthly-partitions.ts';

export interface Conversion extends MonthlyTable {
  /** Columns and constraints of the new table, as in CREATE TABLE. */
  readonly definition: string;
  /** Columns of the primary key. */
  readonly primaryKey: readonly string[];
  /** All columns, by name. */
  readonly columns: readonly string[];
  /** Further statements on the new table: its indexes, one `CREATE [UNIQUE] INDEX name ON schema.table …` each, and triggers. */
  readonly after: readonly string[];
  /** Statements that make the old table fit to be a partition: what the new one does not have. */
  readonly adapt?: (old: string) => readonly string[];
}

/** How often a change waits {@link lockTimeout} for the table, and how long it lets others pass in between. */
const attempts = 200;
const pauseMs = 500;

/**
 * For a migration with `transaction = false`: the old table becomes the partition of all rows before the month after next. Its new indexes are built and
 * its rows are checked while it is read and written; only two short changes lock it, which wait no longer than three seconds at a time,
 * because readers and writers queue up behind it. An empty table is replaced. Can be run again after it was interrupted.
 *
 * @throws QueryFailedError when transactions have kept the table for all attempts
 */
export async function partitionByMonth(run: QueryRunner, conversion: Conversion): Promise<void> {
  const old = `${conversion.schema}.${conversion.table}`;
  const [kind] = (await run.query('SELECT relkind FROM pg_class WHERE oid = $1::regclass', [old])) as { relkind: string }[];
  if (kind?.relkind === 'p') return; // interrupted after the exchange
  for (let done = false; !done; )
    done = await exchange(run, conversion, old, (await isEmpty(run, old)) ? undefined : await prepare(run, conversion, old));
}

const isEmpty = async (run: QueryRunner, name: string) => ((await run.query(`SELECT 1 FROM ${name} LIMIT 1`)) as unknown[]).length === 0;
const preparedOf = (name: string) => `${name}_prepared`;
const endCheck = 'before_months';

/** What reads the whole table, with locks that let reads and writes pass. @returns the start of the first month that does not belong to it */
async function prepare(run: QueryRunner, conversion: Conversion, old: string): Promise<Date> {
  const { key, table, primaryKey } = conversion;
  const [{ last }] = (await run.query(`SELECT greatest(max(${key}), now()) AS last FROM ${old}`)) as [{ last: Date }];
  const end = monthStart(last, 2); // a migration at the turn of a month goes on for another one
  await withTableLock(run, old, async () => {
    await run.query(`ALTER TABLE ${old} DROP CONSTRAINT IF EXISTS ${endCheck}`);
    await run.query(`ALTER TABLE ${old} ADD CONSTRAINT ${endCheck} CHECK (${key} < '${end.toISOString()}') NOT VALID`);
  });
  await run.query(`ALTER TABLE ${old} VALIDATE CONSTRAINT ${endCheck}`);
  await buildIndex(run, conversion, `${table}_pkey`, 'UNIQUE', `(${primaryKey.join(', ')})`);
  await buildIndex(run, conversion, `${table}_key`, '', `(${key})`); // by which old rows are found that are to be deleted
  for (const { name, unique, rest } of indexesOf(conversion)) await buildIndex(run, conversion, name, unique, rest);
  return end;
}

const indexesOf = ({ after }: Conversion) =>
  after.flatMap((statement) => {
    const [, unique = '', name, rest] = /^CREATE (UNIQUE )?INDEX (\w+) ON \S+ (.+)$/s.exec(statement.trim()) ?? [];
    return name && rest ? [{ name, unique, rest }] : [];
  });

async function buildIndex(run: QueryRunner, { schema, table }: MonthlyTable, name: string, unique: string, rest: string): Promise<void> {
  await run.query(`DROP INDEX CONCURRENTLY IF EXISTS ${schema}.${preparedOf(name)}`); // half built by a run that was interrupted
  await run.query(`CREATE ${unique} INDEX CONCURRENTLY ${preparedOf(name)} ON ${schema}.${table} ${rest}`);
}

/** @returns false when somebody has filled an empty table; then nothing has changed */
const exchange = (run: QueryRunner, conversion: Conversion, old: string, end: Date | undefined): Promise<boolean> =>
  withTableLock(run, old, async () => {
    if (end) await attach(run, conversion, old, end);
    else if (await isEmpty(run, old)) await replaceEmpty(run, conversion, old);
    else return false;
    return true;
  });

/** Runs `work` in a transaction that holds an ACCESS EXCLUSIVE lock on the table; tries again when the lock is not given in time. */
async function withTableLock<T>(run: QueryRunner, table: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await run.startTransaction();
    try {
      await run.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
      await run.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      const result = await work();
      await run.commitTransaction();
      return result;
    } catch (error) {
      await run.rollbackTransaction();
      if (attempt === attempts || !isLockTimeout(error)) throw error;
    }
    await delay(pauseMs);
  }
}

async function replaceEmpty(run: QueryRunner, conversion: Conversion, old: string): Promise<void> {
  for (const statement of conversion.adapt?.(old) ?? []) await run.query(statement);
  await run.query(`DROP TABLE ${old}`);
  await create(run, conversion, old);
  await makeMonths(run, conversion, monthStart(new Date()));
}

async function attach(run: QueryRunner, conversion: Conversion, old: string, end: Date): Promise<void> {
  const { schema, table } = conversion;
  const until = untilOf(table, end);
  for (const statement of conversion.adapt?.(old) ?? []) await run.query(statement);
  await dropOldIndexes(run, conversion, old);
  await run.query(`ALTER TABLE ${old} RENAME TO ${until}`);
  await run.query(`ALTER TABLE ${schema}.${until} ADD CONSTRAINT ${until}_pkey PRIMARY KEY USING INDEX ${preparedOf(`${table}_pkey`)}`);
  await create(run, conversion, old);
  await nameChecksAlike(run, old, `${schema}.${until}`);
  await run.query(`ALTER TABLE ${old} ATTACH PARTITION ${schema}.${until} FOR VALUES FROM (MINVALUE) TO ('${end.toISOString()}')`);
  await run.query(`ALTER TABLE ${schema}.${until} DROP CONSTRAINT ${endCheck}`);
  for (const name of [`${table}_key`, ...indexesOf(conversion).map((index) => index.name)])
    await run.query(`ALTER INDEX ${schema}.${preparedOf(name)} RENAME TO ${name.replace(table, until)}`);
  await makeMonths(run, conversion, end);
}

/** A partition has the checks of its table by name; PostgreSQL gives those without one names that no other table of the schema has. */
async function nameChecksAlike(run: QueryRunner, parent: string, partition: string): Promise<void> {
  const sql = `SELECT p.conname AS name, c.conname AS wanted FROM pg_constraint p JOIN pg_constraint c
    ON pg_get_constraintdef(c.oid) = pg_get_constraintdef(p.oid) AND c.contype = 'c' AND c.conrelid = $2::regclass
    WHERE p.contype = 'c' AND p.conrelid = $1::regclass AND p.conname <> c.conname`;
  for (const { name, wanted } of (await run.query(sql, [parent, partition])) as { name: string; wanted: string }[])
    await run.query(`ALTER TABLE ${parent} RENAME CONSTRAINT ${name} TO ${wanted}`);
}

async function dropOldIndexes(run: QueryRunner, { schema, table }: MonthlyTable, old: string): Promise<void> {
  const constraints = (await run.query(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('p', 'u')`,
    [old],
  )) as { name: string }[];
  for (const { name } of constraints) await run.query(`ALTER TABLE ${old} DROP CONSTRAINT ${name}`);
  const indexes = (await run.query(
    `SELECT indexname AS name FROM pg_indexes WHERE schemaname = $1 AND tablename = $2 AND indexname !~ '_prepared$'`,
    [schema, table],
  )) as { name: string }[];
  for (const { name } of indexes) await run.query(`DROP INDEX ${schema}.${name}`);
}

async function create(run: QueryRunner, { schema, table, key, definition, primaryKey, after }: Conversion, name: string): Promise<void> {
  await run.query(`CREATE TABLE ${name} (${definition}\n, PRIMARY KEY (${primaryKey.join(', ')})) PARTITION BY RANGE (${key})`);
  for (const statement of after) await run.query(statement);
  await run.query(`CREATE TABLE ${schema}.${restOf(table)} PARTITION OF ${name} DEFAULT`);
}

async function makeMonths(run: QueryRunner, { schema, table }: MonthlyTable, first: Date): Promise<void> {
  for (let month = first; month <= monthStart(new Date(), monthsAhead); month = monthStart(month, 1))
    await run.query(
      `CREATE TABLE ${schema}.${nameOf(table, month)} PARTITION OF ${schema}.${table}
       FOR VALUES FROM ('${month.toISOString()}') TO ('${monthStart(month, 1).toISOString()}')`,
    );
}

/** The way back: a plain table with a copy of all rows, locked meanwhile. */
export async function joinPartitions(
  run: QueryRunner,
  { schema, table, definition, primaryKey, columns, after }: Conversion,
): Promise<void> {
  const [name, before] = [`${schema}.${table}`, `${schema}.${table}_before`];
  const sql = 'SELECT indexname AS name FROM pg_indexes WHERE schemaname = $1 AND tablename = $2';
  const indexes = (await run.query(sql, [schema, table])) as { name: string }[];
  for (const index of indexes) await run.query(`ALTER INDEX ${schema}.${index.name} RENAME TO ${index.name}_before`);
  await run.query(`ALTER TABLE ${name} RENAME TO ${table}_before`);
  await run.query(`CREATE TABLE ${name} (${definition}\n, PRIMARY KEY (${primaryKey.join(', ')}))`);
  for (const statement of after) await run.query(statement);
  await run.query(`INSERT INTO ${name} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${columns.join(', ')} FROM ${before}`);
  await run.query(`DROP TABLE ${before}`);
}
