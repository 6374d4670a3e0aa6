import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The jobs of one kind, for lists of the resources that are read from their jobs: an owner can have few imports among many other jobs. */
export class IndexJobKinds implements MigrationInterface {
  readonly name = 'IndexJobKinds1798100300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX job_kind ON jobs.job (owner_id, kind, created_at DESC, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX jobs.job_kind');
  }
}
