import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts the changes of operators, so that of two edits of the same account one is refused. */
export class CountAccountChanges1798100100000 implements MigrationInterface {
  readonly name = 'CountAccountChanges1798100100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.users ADD COLUMN revision int NOT NULL DEFAULT 1');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.users DROP COLUMN revision');
  }
}
