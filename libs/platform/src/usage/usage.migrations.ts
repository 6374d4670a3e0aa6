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

/** List it before the migrations of a service that records usage. */
export const usageMigrations: SchemaMigrations = { schema: 'usage', steps: [CreateUsage1795500000000] };
