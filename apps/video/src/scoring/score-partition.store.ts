/** Partitions of scored rows: made ahead, dropped whole. */
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '#platform';
import { lockTimeout, queryRows } from '#storage';
import { keptUntil, monthKey, monthOf, monthStart, partitionOf } from './score-months.ts';

/** Months that have a partition beyond the present one. */
const monthsAhead = 2;

@Injectable()
export class ScorePartitionStore {
  constructor(private readonly database: Database) {}

  /** Makes the partitions of this month and the next ones. @returns names of new partitions */
  async makeAhead(now: Date): Promise<string[]> {
    const made: string[] = [];
    for (let ahead = 0; ahead <= monthsAhead; ahead++) {
      const month = monthStart(now, ahead);
      if (await this.database.transaction((tx) => ScorePartitionStore.ensure(tx, month))) made.push(partitionOf(month));
    }
    return made;
  }

  /** Makes the partition of the month of `at` unless it is there. @returns whether it was made */
  static async ensure(tx: EntityManager, at: Date): Promise<boolean> {
    const name = partitionOf(at);
    if (await exists(tx, name)) return false;
    await lock(tx);
    if (await exists(tx, name)) return false; // another copy has made it meanwhile
    const [from, to] = [monthKey(at), monthKey(monthStart(at, 1))];
    // Attached, so that readers of the table do not have to wait, as they would for CREATE TABLE … PARTITION OF.
    await queryRows(tx, `CREATE TABLE video.${name} (LIKE video.score_row INCLUDING DEFAULTS INCLUDING INDEXES)`);
    await queryRows(tx, `ALTER TABLE video.score_row ATTACH PARTITION video.${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    return true;
  }

  /**
   * Drops the partitions of months that are over, and removes their runs. Whoever reads or writes scored rows waits behind it, so it waits for a short time.
   * @returns names of the dropped partitions
   * @throws Error for which `isLockTimeout` holds while a partition is in use for longer; nothing is dropped then
   */
  async dropExpired(now: Date, keepMonths: number): Promise<string[]> {
    const tables = await queryRows<{ name: string }>(
      this.database.source,
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'video.score_row'::regclass ORDER BY relname`,
    );
    const expired = tables.map(({ name }) => name).filter((name) => isExpired(name, now, keepMonths));
    await this.database.transaction(async (tx) => {
      await lock(tx);
      await queryRows(tx, `SET LOCAL lock_timeout = '${lockTimeout}'`);
      await queryRows(tx, 'DELETE FROM video.score_run WHERE rows_at < $1', [monthStart(now, -keepMonths)]);
      for (const name of expired) await queryRows(tx, `DROP TABLE IF EXISTS video.${name}`);
    });
    return expired;
  }
}

const isExpired = (partition: string, now: Date, keepMonths: number): boolean => {
  const month = monthOf(partition);
  return month !== undefined && keptUntil(month, keepMonths) <= now;
};

/** One change of the partitions at a time, in all copies of the service. */
const lock = (tx: EntityManager) => queryRows(tx, `SELECT pg_advisory_xact_lock(hashtext('video.score_row'))`);

/** Not by `to_regclass`: it answers from a cache, which misses what another transaction has made since this one began. */
async function exists(tx: EntityManager, name: string): Promise<boolean> {
  const rows = await queryRows(tx, `SELECT 1 FROM pg_class WHERE relnamespace = 'video'::regnamespace AND relname = $1`, [name]);
  return rows.length > 0;
}
