import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The encrypted successor of a refresh token, until that is used. */
export class AddRefreshSuccessor1795222000000 implements MigrationInterface {
  readonly name = 'AddRefreshSuccessor1795222000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.refresh_tokens ADD COLUMN sealed_successor bytea');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.refresh_tokens DROP COLUMN sealed_successor');
  }
}
