import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deletions of accounts. The record of one stays when its account is gone; it names nobody but a random id. */
export class AddAccountDeletion1796000100000 implements MigrationInterface {
  readonly name = 'AddAccountDeletion1796000100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.users ADD COLUMN deletion_due_at timestamptz');
    await run.query(`
      CREATE TABLE identity.deletions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL,
        requested_by text NOT NULL CHECK (requested_by IN ('owner', 'operator')),
        requested_at timestamptz NOT NULL DEFAULT now(),
        due_at timestamptz NOT NULL,
        begun_at timestamptz,
        cancelled_at timestamptz,
        CHECK (begun_at IS NULL OR cancelled_at IS NULL)
      )`);
    await run.query('CREATE UNIQUE INDEX deletions_open ON identity.deletions (user_id) WHERE cancelled_at IS NULL');
    await run.query('CREATE INDEX deletions_due ON identity.deletions (due_at) WHERE cancelled_at IS NULL AND begun_at IS NULL');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE identity.deletions');
    await run.query('ALTER TABLE identity.users DROP COLUMN deletion_due_at');
  }
}
