/** The schema `erasure`, shared by all services: which accounts are suspended or being erased, and which services have erased what they kept of them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

class CreateErasure1796000000000 implements MigrationInterface {
  readonly name = 'CreateErasure1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasure.request (
        owner_id   uuid PRIMARY KEY,
        begun_at   timestamptz NOT NULL DEFAULT now(),
        erase_from timestamptz NOT NULL,         -- nothing that the owner began is still running then
        done_at    timestamptz                   -- every service has confirmed
      )`);
    await runner.query('CREATE INDEX request_open ON erasure.request (erase_from) WHERE done_at IS NULL');
    await runner.query(`
      CREATE TABLE erasure.confirmation (
        owner_id     uuid NOT NULL REFERENCES erasure.request ON DELETE CASCADE,
        service      text NOT NULL,
        lease_until  timestamptz NOT NULL,       -- a copy of the service that is silent past it has stopped
        confirmed_at timestamptz,
        PRIMARY KEY (owner_id, service)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasure.confirmation, erasure.request');
  }
}

/** Owners in whose name nothing is sent: their accounts are disabled, about to be deleted or being erased. Written by the trigger on accounts. */
class SuspendOwners1797400000000 implements MigrationInterface {
  readonly name = 'SuspendOwners1797400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE erasure.suspension (owner_id uuid PRIMARY KEY)');
    await runner.query('INSERT INTO erasure.suspension (owner_id) SELECT owner_id FROM erasure.request WHERE done_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasure.suspension');
  }
}

export const erasureMigrations: SchemaMigrations = { schema: 'erasure', steps: [CreateErasure1796000000000, SuspendOwners1797400000000] };
