import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disabled accounts, invitations and password resets. */
export class AddAccountAdministration1795500000000 implements MigrationInterface {
  readonly name = 'AddAccountAdministration1795500000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE identity.users ADD COLUMN disabled_at timestamptz');
    await run.query('CREATE INDEX users_created ON identity.users (created_at DESC, id DESC)');
    await run.query(`
      CREATE TABLE identity.invitations (
        id uuid PRIMARY KEY,
        token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
        email text CHECK (char_length(email) <= 254),
        created_by uuid REFERENCES identity.users ON DELETE SET NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await run.query('CREATE INDEX invitations_created ON identity.invitations (created_at DESC, id DESC)');
    await run.query(`
      CREATE TABLE identity.password_resets (
        token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await run.query('CREATE INDEX password_resets_user ON identity.password_resets (user_id, created_at)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE identity.password_resets, identity.invitations');
    await run.query('ALTER TABLE identity.users DROP COLUMN disabled_at');
    await run.query('DROP INDEX identity.users_created');
  }
}
