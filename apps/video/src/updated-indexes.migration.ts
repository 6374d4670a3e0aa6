/** Lists of the video service can be sorted by their last change. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { updatedIndex } from '#storage';

const tables = ['video.video', 'video.rendition', 'video.caption', 'video.score_run'];

export class IndexChanges1797300200000 implements MigrationInterface {
  readonly name = 'IndexChanges1797300200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(updatedIndex(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP INDEX IF EXISTS ${table}_updated`);
  }
}
