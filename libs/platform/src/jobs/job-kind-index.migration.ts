import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from '#storage';

/** The jobs of one kind, for lists of the resources that are read from their jobs: an owner can have few imports among many other jobs. */
export class IndexJobKinds implements MigrationInterface {
  readonly name = 'IndexJobKinds1798100300000';

  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'jobs.job_kind',
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS job_kind ON jobs.job (owner_id, kind, created_at DESC, id DESC)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY jobs.job_kind');
  }
}
