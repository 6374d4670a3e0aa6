import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts whose address was confirmed; those that exist count as confirmed, and so does whoever is added where no confirmation is required. */
export class AddEmailConfirmation1797310100000 implements MigrationInterface {
  readonly name = 'AddEmailConfirmation1797310100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.users ADD COLUMN email_confirmed_at timestamptz DEFAULT now()');
    await run.query(`
      CREATE TABLE identity.email_confirmations (
        token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await run.query('CREATE INDEX email_confirmations_user ON identity.email_confirmations (user_id, created_at)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE identity.email_confirmations');
    await run.query('ALTER TABLE identity.users DROP COLUMN email_confirmed_at');
  }
}
