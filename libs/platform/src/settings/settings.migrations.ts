/** The schema `settings`, shared by all services: what operators have set while services run. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

class CreateSettings1796000300000 implements MigrationInterface {
  readonly name = 'CreateSettings1796000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE settings.value (
        service text NOT NULL,
        name text NOT NULL,
        value text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (service, name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE settings.value');
  }
}

export const settingsMigrations: SchemaMigrations = { schema: 'settings', steps: [CreateSettings1796000300000] };
