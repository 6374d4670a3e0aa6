/** Tables that grow for ever, partitioned by the month of a time in UTC: partitions are made ahead, and dropped whole when their month is over. */
import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, type Queryable, queryRows } from './transaction.ts';

export interface MonthlyTable {
  readonly schema: string;
  readonly table: string;
  /** A `timestamptz NOT NULL`, part of the primary key, which never changes. */
  readonly key: string;
}

/** Months that have a partition beyond the present one. */
export const monthsAhead = 2;
/** A change of the partitions waits for readers this long, and then tries again with the next round: whoever comes meanwhile waits behind it. */
export const lockTimeout = '3s';

export const monthStart = (at: Date, offset = 0): Date => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + offset, 1));
export const nameOf = (table: string, at: Date): string =>
  `${table}_${at.getUTCFullYear()}_${String(at.getUTCMonth() + 1).padStart(2, '0')}`;

/** The table as it was before it had partitions: one partition with all rows before the start of a month. */
export const untilOf = (table: string, end: Date): string => nameOf(`${table}_until`, end);
const isUntil = (table: string, partition: string): boolean => partition.startsWith(`${table}_until_`);

/** Takes what has no partition: rows of a month that nobody has made one for are kept, too. */
export const restOf = (table: string): string => `${table}_rest`;

function endOf(table: string, partition: string): Date | undefined {
  const [, year, month] = /_(\d{4})_(\d{2})$/.exec(partition) ?? [];
  const start = new Date(Date.UTC(Number(year), Number(month) - 1, 1));
  if (partition === `${table}_${year}_${month}`) return monthStart(start, 1);
  return partition === `${table}_until_${year}_${month}` ? start : undefined;
}

/** A partition with another name is nobody's to drop. */
function isOver(table: string, partition: string, before: Date): boolean {
  const end = endOf(table, partition);
  return end !== undefined && end <= before;
}

/** Makes the partitions of this month and the next two, where the table as it was before does not take their rows; a copy that finds another one at it leaves the rest to that. @returns names of new ones */
export async function makePartitions(source: DataSource, table: MonthlyTable, now: Date): Promise<string[]> {
  const made: string[] = [];
  const until = await firstMonthOf(source, table);
  for (let ahead = 0; ahead <= monthsAhead; ahead++) {
    const month = monthStart(now, ahead);
    if (until && month < until) continue;
    const outcome = await inTransaction(source, (tx) => ensure(tx, table, month));
    if (outcome === 'busy') break;
    if (outcome === 'made') made.push(nameOf(table.table, month));
  }
  return made;
}

/** The first month that has a partition of its own in a table that was not made with partitions. */
async function firstMonthOf(on: Queryable, table: MonthlyTable): Promise<Date | undefined> {
  const ends = (await partitionsOf(on, table)).filter((name) => isUntil(table.table, name));
  return ends.map((name) => endOf(table.table, name)).find((end) => end !== undefined);
}

/** Rows of the month that are in the rest move into the new partition. The rest is locked first, so that none comes after them. */
async function ensure(tx: EntityManager, table: MonthlyTable, month: Date): Promise<'made' | 'present' | 'busy'> {
  const name = nameOf(table.table, month);
  if ((await partitionsOf(tx, table)).includes(name)) return 'present';
  if (!(await lock(tx, table))) return 'busy';
  if ((await partitionsOf(tx, table)).includes(name)) return 'present'; // another copy has made it meanwhile
  const { schema, key } = table;
  const [parent, rest] = [`${schema}.${table.table}`, `${schema}.${restOf(table.table)}`];
  const [from, to] = [month.toISOString(), monthStart(month, 1).toISOString()];
  await queryRows(tx, `LOCK TABLE ${rest} IN ACCESS EXCLUSIVE MODE`);
  await queryRows(tx, `CREATE TABLE ${schema}.${name} (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`);
  await queryRows(
    tx,
    `WITH moved AS (DELETE FROM ${rest} WHERE ${key} >= '${from}' AND ${key} < '${to}' RETURNING *) INSERT INTO ${schema}.${name} SELECT * FROM moved`,
  );
  await queryRows(tx, `ALTER TABLE ${parent} ATTACH PARTITION ${schema}.${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
  return 'made';
}

/**
 * Drops the partitions of months that were over at `before`, and the rows before it in the partitions of more than one month.
 *
 * @param unless SQL condition on rows; a partition with such a row stays
 * @returns names of the dropped ones; none when another copy is at it
 */
export async function dropPartitions(source: DataSource, table: MonthlyTable, before: Date, unless?: string): Promise<string[]> {
  const dropped = await dropOver(source, table, before, unless);
  const mixed = (await partitionsOf(source, table)).filter((name) => name === restOf(table.table) || isUntil(table.table, name));
  for (const name of mixed) await deleteBefore(source, { ...table, table: name }, before, unless);
  return dropped;
}

function dropOver(source: DataSource, table: MonthlyTable, before: Date, unless?: string): Promise<string[]> {
  return inTransaction(source, async (tx) => {
    const findOver = async () => (await partitionsOf(tx, table)).filter((name) => isOver(table.table, name, before));
    const dropped: string[] = [];
    if ((await findOver()).length > 0 && !(await lock(tx, table))) return dropped;
    for (const name of await findOver()) {
      const kept = unless ? await queryRows(tx, `SELECT 1 FROM ${table.schema}.${name} WHERE ${unless} LIMIT 1`) : [];
      if (kept.length > 0) continue;
      await queryRows(tx, `DROP TABLE IF EXISTS ${table.schema}.${name}`);
      dropped.push(name);
    }
    return dropped;
  });
}

const deletedAtOnce = 10_000;

/** In batches, each with a transaction of its own: a partition with years of rows takes longer than a statement may. */
async function deleteBefore(source: DataSource, { schema, table, key }: MonthlyTable, before: Date, unless?: string): Promise<void> {
  const condition = unless ? `AND NOT (${unless})` : '';
  const sql = `DELETE FROM ${schema}.${table} WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM ${schema}.${table} WHERE ${key} < $1 ${condition} LIMIT ${deletedAtOnce})) RETURNING 1`;
  while ((await queryRows(source, sql, [before])).length === deletedAtOnce);
}

/** Names of all partitions, the rest among them. */
export async function partitionsOf(on: Queryable, { schema, table }: MonthlyTable): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(
    on,
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
     WHERE p.relname = $2 AND p.relnamespace = $1::regnamespace ORDER BY 1`,
    [schema, table],
  );
  return rows.map(({ name }) => name);
}

/** One change of a table's partitions at a time, in all copies of all services. @returns false when another copy is at it */
async function lock(tx: EntityManager, { schema, table }: MonthlyTable): Promise<boolean> {
  const sql = `SELECT pg_try_advisory_xact_lock(hashtext('partitions'), hashtext($1)) AS taken`;
  const [row] = await queryRows<{ taken: boolean }>(tx, sql, [`${schema}.${table}`]);
  if (row?.taken) await queryRows(tx, `SET LOCAL lock_timeout = '${lockTimeout}'`);
  return row?.taken ?? false;
}
