/** The index for lists by the last change, for tables that were made before it was one of the indexes of every owned table. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { updatedIndex } from './owned-row.ts';

/**
 * A migration that builds the index while the tables are read and written. Can be run again after it was interrupted: an index that was half built is
 * dropped first.
 *
 * @param name of the migration, with its 13 digits
 * @param tables `schema.name` of tables with owned columns, lower case
 */
export function updatedIndexes(name: string, tables: readonly string[]): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;
    readonly transaction = false;

    async up(runner: QueryRunner): Promise<void> {
      for (const table of tables) {
        const found = 'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid';
        const halfBuilt = (await runner.query(found, [`${table}_updated`])) as unknown[];
        if (halfBuilt.length > 0) await runner.query(`DROP INDEX CONCURRENTLY ${table}_updated`);
        await runner.query(updatedIndex(table, 'CONCURRENTLY'));
      }
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const table of tables) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${table}_updated`);
    }
  };
}
