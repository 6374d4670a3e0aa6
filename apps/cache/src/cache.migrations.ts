/** The cache schema, step by step. A step that has landed is never changed; the next one changes what it made. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

class CreateCache1795219500000 implements MigrationInterface {
  readonly name = 'CreateCache1795219500000';

  async up(runner: QueryRunner): Promise<void> {
    // Unlogged: a crash of PostgreSQL empties it, which costs loads; every write costs half, which is the point of a cold tier.
    await runner.query(`
      CREATE UNLOGGED TABLE cache.entry (
        service   text NOT NULL,
        namespace text NOT NULL,
        key       text NOT NULL,
        sealed    bytea NOT NULL,          -- as Redis holds it: codec byte, stamp of generations, checksum
        bytes     integer NOT NULL,        -- of the row, with its overhead
        hits      integer NOT NULL DEFAULT 0,
        stored_at timestamptz NOT NULL DEFAULT now(),
        used_at   timestamptz NOT NULL DEFAULT now(),
        dead_at   timestamptz NOT NULL,
        PRIMARY KEY (service, namespace, key)
      )`);
    await runner.query('ALTER TABLE cache.entry ALTER COLUMN sealed SET STORAGE EXTERNAL'); // it is compressed already
    await runner.query('CREATE INDEX entry_dead ON cache.entry (dead_at)');
    await runner.query('CREATE INDEX entry_used ON cache.entry (used_at)');
    await runner.query(`
      CREATE TABLE cache.popularity (
        service   text NOT NULL,
        namespace text NOT NULL,
        key       text NOT NULL,
        score     double precision NOT NULL, -- uses, each worth twice as much as one a week earlier; see popularity.store.ts
        PRIMARY KEY (service, namespace, key)
      )`);
    await runner.query('CREATE INDEX popularity_best ON cache.popularity (service, namespace, score DESC)');
    await runner.query(`
      CREATE TABLE cache.warmth (
        service   text NOT NULL,
        namespace text NOT NULL,
        loaded    double precision NOT NULL,
        used      double precision NOT NULL,
        PRIMARY KEY (service, namespace)
      )`);
    await runner.query(`
      CREATE TABLE cache.setting (
        service    text NOT NULL,
        namespace  text NOT NULL,
        settings   jsonb NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (service, namespace)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE cache.entry, cache.popularity, cache.warmth, cache.setting');
  }
}

/** Counts the changes of operators, so that of two edits of the same namespace one is refused. A namespace without a row is at its first revision. */
class CountSettingChanges1798100200000 implements MigrationInterface {
  readonly name = 'CountSettingChanges1798100200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cache.setting ADD COLUMN revision int NOT NULL DEFAULT 2');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cache.setting DROP COLUMN revision');
  }
}

export const cacheMigrations: SchemaMigrations = { schema: 'cache', steps: [CreateCache1795219500000, CountSettingChanges1798100200000] };
