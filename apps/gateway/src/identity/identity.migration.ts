import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, refresh tokens, signing keys and the audit log. */
export class CreateIdentity1795219200000 implements MigrationInterface {
  readonly name = 'CreateIdentity1795219200000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      CREATE TABLE identity.users (
        id uuid PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (char_length(email) <= 254),
        password_hash text NOT NULL,
        roles text[] NOT NULL CHECK (roles <@ ARRAY['user', 'operator']),
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await run.query(`
      CREATE TABLE identity.refresh_tokens (
        token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        user_id uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
        family uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        rotated_at timestamptz,
        revoked_at timestamptz
      )`);
    await run.query('CREATE INDEX refresh_tokens_family ON identity.refresh_tokens (family)');
    await run.query('CREATE INDEX refresh_tokens_user ON identity.refresh_tokens (user_id, expires_at)');
    await run.query(`
      CREATE TABLE identity.signing_keys (
        kid text PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        sealed_private bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz
      )`);
    await run.query(`
      CREATE TABLE identity.security_events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        kind text NOT NULL,
        user_id uuid REFERENCES identity.users ON DELETE SET NULL,
        address text NOT NULL,
        request_id text NOT NULL
      )`);
    await run.query('CREATE INDEX security_events_user ON identity.security_events (user_id, at)');
    await run.query('CREATE INDEX security_events_at ON identity.security_events (at)');
  }

  async down(run: QueryRunner): Promise<void> {
    for (const table of ['security_events', 'signing_keys', 'refresh_tokens', 'users']) await run.query(`DROP TABLE identity.${table}`);
  }
}
