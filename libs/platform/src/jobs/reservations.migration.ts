/** A job reserves what it will use of a quota of its owner, from the transaction that enqueues it until it ends. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class JobReservations implements MigrationInterface {
  readonly name = 'JobReservations1797500100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs.job ADD COLUMN reserved_meter text, ADD COLUMN reserved_amount float8');
    await runner.query(
      `CREATE INDEX job_reserved ON jobs.job (owner_id, reserved_meter) WHERE reserved_meter IS NOT NULL AND state IN ('queued', 'running')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs.job DROP COLUMN reserved_meter, DROP COLUMN reserved_amount');
  }
}
