/** The schema `usage`, shared by all services. One row per owner, meter and day (UTC). */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

class CreateUsage1795500000000 implements MigrationInterface {
  readonly name = 'CreateUsage1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage.daily (
        owner_id uuid NOT NULL,
        meter text NOT NULL CHECK (meter IN ('storageBytes', 'audioMinutes', 'videoMinutes', 'textUnits', 'requests')),
        day date NOT NULL,
        amount numeric NOT NULL,
        PRIMARY KEY (owner_id, meter, day)
      ) WITH (fillfactor = 80)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE usage.daily');
  }
}

class CreateQuotas1796000200000 implements MigrationInterface {
  readonly name = 'CreateQuotas1796000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage.quota (
        owner_id uuid NOT NULL,                  -- the nil UUID: of every account that has none of its own
        meter text NOT NULL CHECK (meter IN ('storageBytes', 'audioMinutes', 'videoMinutes', 'textUnits', 'requests')),
        amount numeric NOT NULL CHECK (amount >= 0),
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (owner_id, meter)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE usage.quota');
  }
}

/** List it before the migrations of a service that records usage. */
export const usageMigrations: SchemaMigrations = { schema: 'usage', steps: [CreateUsage1795500000000, CreateQuotas1796000200000] };
