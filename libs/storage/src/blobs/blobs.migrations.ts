/** The schema `blobs`, shared by all services: references to blobs. A blob without a reference is swept after its grace period. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '../postgres/migrate.ts';

class CreateBlobReferences1795219100000 implements MigrationInterface {
  readonly name = 'CreateBlobReferences1795219100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE blobs.reference (
        sha256  text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        holder  text NOT NULL CHECK (holder ~ '^[a-z]+[.][a-z-]+(:[A-Za-z0-9._-]{1,128})?$'),
        held_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (sha256, holder)
      )`);
    // One row. Nothing is swept until one grace period after the table was created, so that services that are upgraded later can record their references.
    await runner.query('CREATE TABLE blobs.ledger (opened_at timestamptz NOT NULL DEFAULT now(), swept_at timestamptz)');
    await runner.query('CREATE UNIQUE INDEX ledger_one ON blobs.ledger ((true))');
    await runner.query('INSERT INTO blobs.ledger DEFAULT VALUES');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE blobs.reference, blobs.ledger');
  }
}

/** List it before the migrations of every service that references blobs. */
export const blobsMigrations: SchemaMigrations = { schema: 'blobs', steps: [CreateBlobReferences1795219100000] };
