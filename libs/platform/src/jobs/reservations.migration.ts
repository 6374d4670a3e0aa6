/** A job reserves what it will use of a quota of its owner, from the transaction that enqueues it until it ends. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from '#storage';

export class JobReservations implements MigrationInterface {
  readonly name = 'JobReservations1797500100000';

  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE jobs.job ADD COLUMN IF NOT EXISTS reserved_meter text, ADD COLUMN IF NOT EXISTS reserved_amount float8',
    );
    await buildIndex(
      runner,
      'jobs.job_reserved',
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS job_reserved ON jobs.job (owner_id, reserved_meter) WHERE reserved_meter IS NOT NULL AND state IN ('queued', 'running')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs.job DROP COLUMN reserved_meter, DROP COLUMN reserved_amount');
  }
}
