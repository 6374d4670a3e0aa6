/** Lists of exports and duplicate runs can be sorted by their last change. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { updatedIndex } from '#storage';

const tables = ['documents.export', 'documents.duplicate_run'];

export class IndexChanges1797186700000 implements MigrationInterface {
  readonly name = 'IndexChanges1797186700000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(updatedIndex(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP INDEX IF EXISTS ${table}_updated`);
  }
}
