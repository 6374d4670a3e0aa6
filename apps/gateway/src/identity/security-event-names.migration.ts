import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a change of quotas or settings concerned. */
export class AddSecurityEventNames1797100000000 implements MigrationInterface {
  readonly name = 'AddSecurityEventNames1797100000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`ALTER TABLE identity.security_events ADD COLUMN changed text[] NOT NULL DEFAULT '{}'`);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.security_events DROP COLUMN changed');
  }
}
