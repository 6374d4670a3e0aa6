/** The schema `documents`, step by step. A step that has landed is never changed; the next one changes what it made. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';
import { ownedColumns, ownedIndexes, type SchemaMigrations } from '#storage';
import { CountRevisions1798000000000 } from './document-revisions.migration.ts';
import { HoldFiles1797273100000 } from './held-files.migration.ts';
import { ShareLoads1798900100000 } from './load-parts.migration.ts';
import { MakeLoadsResources1796169600000 } from './loads.migration.ts';
import { RegisterModels1798100000000 } from './models/models.migration.ts';
import { IndexChanges1797186700000 } from './updated-indexes.migration.ts';

class CreateCollections1795392000000 implements MigrationInterface {
  readonly name = 'CreateCollections1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.collection (${ownedColumns},
        description    text NOT NULL DEFAULT '',
        document_count integer NOT NULL DEFAULT 0,
        content        bigint NOT NULL DEFAULT 0,
        last_load      jsonb,
        ready          boolean NOT NULL DEFAULT true,
        job_id         uuid
      )`);
    for (const index of ownedIndexes('documents.collection')) await runner.query(index);
    await runner.query('CREATE INDEX IF NOT EXISTS collection_updated ON documents.collection (owner_id, updated_at, id)');
    // Not a foreign key: documents of a deleted collection are removed by a job, batch by batch.
    await runner.query(`
      CREATE TABLE documents.document (
        collection_id uuid NOT NULL,
        external_id   text COLLATE "C" NOT NULL,
        number        bigint GENERATED ALWAYS AS IDENTITY,
        text          text NOT NULL,
        language      text NOT NULL,
        metadata      jsonb NOT NULL,
        analysis      jsonb,
        signature     bytea,
        load_id       uuid,
        created_at    timestamptz NOT NULL DEFAULT now(),
        updated_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (collection_id, external_id)
      )`);
    await runner.query('ALTER TABLE documents.document ALTER signature SET STORAGE EXTERNAL'); // random bytes do not compress
    await runner.query('CREATE INDEX document_number ON documents.document (collection_id, number)');
    await runner.query('CREATE INDEX document_language ON documents.document (collection_id, language, number)');
    await runner.query(`
      CREATE TABLE documents.load (
        id            uuid PRIMARY KEY,
        collection_id uuid NOT NULL REFERENCES documents.collection (id) ON DELETE CASCADE,
        job_id        uuid NOT NULL,
        sha256        text NOT NULL,
        format        text NOT NULL,
        size_bytes    bigint NOT NULL,
        byte_offset   bigint NOT NULL DEFAULT 0,
        line          integer NOT NULL DEFAULT 0,
        columns       jsonb,
        lines_read    integer NOT NULL DEFAULT 0,
        added         integer NOT NULL DEFAULT 0,
        updated       integer NOT NULL DEFAULT 0,
        repeated      integer NOT NULL DEFAULT 0,
        refused       integer NOT NULL DEFAULT 0,
        bad_lines     jsonb NOT NULL DEFAULT '[]',
        created_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX load_collection ON documents.load (collection_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE documents.load, documents.document, documents.collection');
  }
}

class CreateExports1795392100000 implements MigrationInterface {
  readonly name = 'CreateExports1795392100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.export (${ownedColumns},
        source        text NOT NULL,
        format        text NOT NULL,
        compression   text NOT NULL,
        collection_id uuid,
        options       jsonb NOT NULL,
        row_count     integer,
        files         jsonb NOT NULL DEFAULT '[]',
        ready         boolean NOT NULL DEFAULT false,
        job_id        uuid NOT NULL
      )`);
    for (const index of ownedIndexes('documents.export')) await runner.query(index);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE documents.export');
  }
}

class CreateVectors1795392200000 implements MigrationInterface {
  readonly name = 'CreateVectors1795392200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.vector (
        model       text COLLATE "C" NOT NULL,
        text_sha256 bytea NOT NULL,
        vector      bytea NOT NULL,
        PRIMARY KEY (model, text_sha256)
      )`);
    await runner.query('ALTER TABLE documents.vector ALTER vector SET STORAGE PLAIN'); // under a page, and does not compress
    await runner.query('ALTER TABLE documents.document ADD text_sha256 bytea');
    await runner.query('CREATE INDEX document_text ON documents.document (text_sha256)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.document DROP text_sha256');
    await runner.query('DROP TABLE documents.vector');
  }
}

class IndexWords1795392300000 implements MigrationInterface {
  readonly name = 'IndexWords1795392300000';

  /** The collection and the language are words too, so that one index finds the matches of one collection. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE documents.document ADD search tsvector GENERATED ALWAYS AS (
        array_to_tsvector(ARRAY['collection:' || collection_id::text,
          CASE language WHEN 'en' THEN 'language:en' WHEN 'es' THEN 'language:es' ELSE 'language:und' END])
        || CASE language WHEN 'en' THEN to_tsvector('pg_catalog.english'::regconfig, text)
          WHEN 'es' THEN to_tsvector('pg_catalog.spanish'::regconfig, text) ELSE to_tsvector('pg_catalog.simple'::regconfig, text) END
      ) STORED`);
    await runner.query('CREATE INDEX document_search ON documents.document USING gin (search)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.document DROP search');
  }
}

const announced: readonly AnnouncedTable[] = [
  { noun: 'collection', table: 'documents.collection', madeByJob: true },
  { noun: 'export', table: 'documents.export', madeByJob: true },
];

/** The schema `jobs` is there already: the platform migrates it first. */
class AnnounceDocuments1795910400000 implements MigrationInterface {
  readonly name = 'AnnounceDocuments1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const each of announced) await announceRows(runner, each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of announced) await stopAnnouncingRows(runner, each);
  }
}

class CreateDuplicateRuns1795996800000 implements MigrationInterface {
  readonly name = 'CreateDuplicateRuns1795996800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.duplicate_run (${ownedColumns},
        collection_id   uuid NOT NULL REFERENCES documents.collection (id) ON DELETE CASCADE,
        content         bigint NOT NULL,
        min_similarity  float8 NOT NULL,
        document_count  integer,
        group_count     integer,
        duplicate_count integer,
        ready           boolean NOT NULL DEFAULT false,
        job_id          uuid NOT NULL,
        UNIQUE (collection_id, content, min_similarity)
      )`);
    for (const index of ownedIndexes('documents.duplicate_run')) await runner.query(index);
    await runner.query('CREATE INDEX duplicate_run_collection ON documents.duplicate_run (collection_id, created_at, id)');
    await runner.query(`
      CREATE TABLE documents.duplicate_group (
        run_id     uuid NOT NULL REFERENCES documents.duplicate_run (id) ON DELETE CASCADE,
        place      integer NOT NULL,
        similarity float8 NOT NULL,
        numbers    bigint[] NOT NULL,
        PRIMARY KEY (run_id, place)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE documents.duplicate_group, documents.duplicate_run');
  }
}

class ExtendExports1795996900000 implements MigrationInterface {
  readonly name = 'ExtendExports1795996900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.export ADD manifest jsonb, ADD partition_job_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.export DROP manifest, DROP partition_job_id');
  }
}

class CreateAccountExports1795997000000 implements MigrationInterface {
  readonly name = 'CreateAccountExports1795997000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.account_export (${ownedColumns},
        partition_jobs jsonb NOT NULL DEFAULT '{}',
        sha256         text,
        size_bytes     bigint,
        file_count     integer,
        expires_at     timestamptz,
        ready          boolean NOT NULL DEFAULT false,
        job_id         uuid NOT NULL,
        UNIQUE (owner_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE documents.account_export');
  }
}

class CreateVectorIndexes1795997100000 implements MigrationInterface {
  readonly name = 'CreateVectorIndexes1795997100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE documents.vector_index (
        collection_id uuid PRIMARY KEY REFERENCES documents.collection (id),
        model         text NOT NULL,
        sha256        text NOT NULL,
        recall        float8 NOT NULL,
        vector_count  integer NOT NULL,
        since         timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX document_written ON documents.document (collection_id, updated_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX documents.document_written');
    await runner.query('DROP TABLE documents.vector_index');
  }
}

class CountWrites1796083200000 implements MigrationInterface {
  readonly name = 'CountWrites1796083200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.collection ADD written bigint NOT NULL DEFAULT 0');
    await runner.query('ALTER TABLE documents.vector_index ADD written bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.vector_index DROP written');
    await runner.query('ALTER TABLE documents.collection DROP written');
  }
}

class NameModels1796083300000 implements MigrationInterface {
  readonly name = 'NameModels1796083300000';

  /** Unknown for collections that are there: a job finds out, once, which of their documents have no vector. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.collection ADD model text');
    await runner.query(`ALTER TABLE documents.collection ALTER model SET DEFAULT 'ngram-hash@1'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.collection DROP model');
  }
}

class KeepExpansions1796400000000 implements MigrationInterface {
  readonly name = 'KeepExpansions1796400000000';

  /** Indexes that are there were built for searches that visit 128 candidates. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.vector_index ADD expansion integer NOT NULL DEFAULT 128');
    await runner.query('ALTER TABLE documents.vector_index ALTER expansion DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.vector_index DROP expansion');
  }
}

export const documentsMigrations: SchemaMigrations = {
  schema: 'documents',
  steps: [
    CreateCollections1795392000000,
    CreateExports1795392100000,
    CreateVectors1795392200000,
    IndexWords1795392300000,
    AnnounceDocuments1795910400000,
    CreateDuplicateRuns1795996800000,
    ExtendExports1795996900000,
    CreateAccountExports1795997000000,
    CreateVectorIndexes1795997100000,
    CountWrites1796083200000,
    NameModels1796083300000,
    MakeLoadsResources1796169600000,
    KeepExpansions1796400000000,
    IndexChanges1797186700000,
    HoldFiles1797273100000,
    CountRevisions1798000000000,
    RegisterModels1798100000000,
    ShareLoads1798900100000,
  ],
};
