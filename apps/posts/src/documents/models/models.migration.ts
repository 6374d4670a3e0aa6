/** Models of vectors: the built-in one is the first row, and is used until an operator activates another. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RegisterModels1798100000000 implements MigrationInterface {
  readonly name = 'RegisterModels1798100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.model (
        id           text COLLATE "C" PRIMARY KEY,
        name         text NOT NULL,
        version      text NOT NULL,
        dimension    integer NOT NULL,
        sha256       text,
        files        jsonb NOT NULL DEFAULT '[]',
        options      jsonb,
        is_active    boolean NOT NULL DEFAULT false,
        state        text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'removing')),
        created_at   timestamptz NOT NULL DEFAULT now(),
        activated_at timestamptz,
        CHECK (id = name || '@' || version),
        CHECK (NOT is_active OR state = 'ready')
      )`);
    await runner.query('CREATE UNIQUE INDEX model_active ON documents.model (is_active) WHERE is_active');
    await runner.query(`
      INSERT INTO documents.model (id, name, version, dimension, is_active, activated_at)
      VALUES ('ngram-hash@1', 'ngram-hash', '1', 384, true, now())`);
    // A new collection begins with the model that is active then: it has no vectors of another.
    await runner.query(`
      CREATE FUNCTION documents.active_model() RETURNS text LANGUAGE sql STABLE
      RETURN (SELECT id FROM documents.model WHERE is_active)`);
    await runner.query('ALTER TABLE documents.collection ALTER model SET DEFAULT documents.active_model()');
    await runner.query('CREATE INDEX collection_model ON documents.collection (model)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX documents.collection_model');
    await runner.query(`ALTER TABLE documents.collection ALTER model SET DEFAULT 'ngram-hash@1'`);
    await runner.query('DROP FUNCTION documents.active_model()');
    await runner.query(`DELETE FROM blobs.reference WHERE holder LIKE 'posts.model:%'`);
    await runner.query('DROP TABLE documents.model');
  }
}
