import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses of sessions, API keys, and signing keys with a publication delay. */
export class AddAccountSecurity1795219500000 implements MigrationInterface {
  readonly name = 'AddAccountSecurity1795219500000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`ALTER TABLE identity.refresh_tokens ADD COLUMN address text NOT NULL DEFAULT 'unknown'`);
    await run.query('CREATE INDEX refresh_tokens_revoked ON identity.refresh_tokens (revoked_at) WHERE revoked_at IS NOT NULL');
    await run.query('ALTER TABLE identity.signing_keys ADD COLUMN signs_from timestamptz');
    await run.query('UPDATE identity.signing_keys SET signs_from = created_at');
    await run.query('ALTER TABLE identity.signing_keys ALTER COLUMN signs_from SET NOT NULL, ALTER COLUMN signs_from SET DEFAULT now()');
    await run.query(`
      CREATE TABLE identity.api_keys (
        id uuid PRIMARY KEY,
        owner_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
        name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
        prefix text NOT NULL,
        key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
        scopes text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'write'] AND cardinality(scopes) > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz
      )`);
    await run.query('CREATE INDEX api_keys_owner ON identity.api_keys (owner_id, created_at)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE identity.api_keys');
    await run.query('ALTER TABLE identity.signing_keys DROP COLUMN signs_from');
    await run.query('DROP INDEX identity.refresh_tokens_revoked');
    await run.query('ALTER TABLE identity.refresh_tokens DROP COLUMN address');
  }
}
