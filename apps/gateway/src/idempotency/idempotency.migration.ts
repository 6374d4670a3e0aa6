import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests that carry a key: the one that is being worked on, or the answer it got. */
export class CreateIdempotency1795219300000 implements MigrationInterface {
  readonly name = 'CreateIdempotency1795219300000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      CREATE TABLE gateway.idempotency (
        scope text NOT NULL CHECK (char_length(scope) <= 100),
        key text NOT NULL CHECK (char_length(key) <= 255),
        fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
        token uuid NOT NULL,                    -- of the request that works on it; nobody else may write down its answer
        lease_until timestamptz NOT NULL,       -- a gateway that is silent past it has died
        sealed_answer bytea,                    -- null: still being worked on
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (scope, key)
      )`);
    await run.query('CREATE INDEX idempotency_expires ON gateway.idempotency (expires_at)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE gateway.idempotency');
  }
}
