/** Indexes that are built while their tables are read and written. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { updatedIndex } from './owned-row.ts';

/**
 * Builds an index without keeping writers waiting, in a migration that says `transaction = false`. Can be run again after it was interrupted: an index
 * that was half built is dropped first. Waits as long as it takes for the transactions that were open when it began.
 *
 * @param index `schema.name`, lower case
 * @param create the statement, `CREATE INDEX CONCURRENTLY IF NOT EXISTS …`
 */
export async function buildIndex(runner: QueryRunner, index: string, create: string): Promise<void> {
  const [before] = (await runner.query('SHOW lock_timeout')) as [{ lock_timeout: string }];
  await runner.query('SET lock_timeout = 0');
  const halfBuilt = (await runner.query('SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid', [
    index,
  ])) as unknown[];
  if (halfBuilt.length > 0) await runner.query(`DROP INDEX CONCURRENTLY ${index}`);
  await runner.query(create);
  await runner.query(`SET lock_timeout = '${before.lock_timeout}'`);
}

/**
 * The index for lists by the last change, for tables that were made before it was one of the indexes of every owned table.
 *
 * @param name of the migration, with its 13 digits
 * @param tables `schema.name` of tables with owned columns, lower case
 */
export function updatedIndexes(name: string, tables: readonly string[]): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;
    readonly transaction = false;

    async up(runner: QueryRunner): Promise<void> {
      for (const table of tables) await buildIndex(runner, `${table}_updated`, updatedIndex(table, 'CONCURRENTLY'));
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const table of tables) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${table}_updated`);
    }
  };
}
