import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests with a key: in progress, or with their stored response. */
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

/** Content hash of streamed request bodies, and the total size of stored responses per scope. */
export class AddIdempotencyContent1795231100000 implements MigrationInterface {
  readonly name = 'AddIdempotencyContent1795231100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      ALTER TABLE gateway.idempotency
        ADD COLUMN content bytea CHECK (octet_length(content) = 32), -- null: the request had no streamed body
        ADD COLUMN answer_bytes int NOT NULL GENERATED ALWAYS AS (coalesce(octet_length(sealed_answer), 0)) STORED`);
    await run.query('CREATE INDEX idempotency_usage ON gateway.idempotency (scope) INCLUDE (answer_bytes, expires_at)');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP INDEX gateway.idempotency_usage');
    await run.query('ALTER TABLE gateway.idempotency DROP COLUMN answer_bytes, DROP COLUMN content');
  }
}

/** The id of what the work makes, the same when another gateway takes the work over. */
export class AddIdempotencyWorkId1797400200000 implements MigrationInterface {
  readonly name = 'AddIdempotencyWorkId1797400200000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.idempotency ADD COLUMN work_id uuid NOT NULL DEFAULT gen_random_uuid()');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.idempotency DROP COLUMN work_id');
  }
}
