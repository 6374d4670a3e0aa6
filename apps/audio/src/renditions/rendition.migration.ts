import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Encodings that are made along with another one: whether that has failed, and how long it took, until the job that they were made for counts them. */
export class EncodeTogether1798720000000 implements MigrationInterface {
  readonly name = 'EncodeTogether1798720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audio.encoding ADD alone boolean NOT NULL DEFAULT false, ADD uncounted_seconds float8');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audio.encoding DROP alone, DROP uncounted_seconds');
  }
}

/** Encodings, made once for the same bytes and options, and the renditions of owners that refer to them. */
export class CreateRenditions1795600000000 implements MigrationInterface {
  readonly name = 'CreateRenditions1795600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.encoding (
        id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        source_sha256 text NOT NULL REFERENCES audio.recording (sha256),
        level         text NOT NULL,
        format        text NOT NULL,
        options       jsonb NOT NULL,
        plan_version  integer NOT NULL,
        tag_hash      text NOT NULL,
        claimed_by    uuid,
        sha256        text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size_bytes    bigint,
        result        jsonb,
        created_at    timestamptz NOT NULL DEFAULT now(),
        UNIQUE (source_sha256, level, format, options, plan_version, tag_hash),
        CHECK ((sha256 IS NULL) = (result IS NULL) AND (sha256 IS NULL) = (size_bytes IS NULL))
      )`);
    await runner.query(`
      CREATE TABLE audio.rendition (
        ${ownedColumns},
        track_id        uuid NOT NULL REFERENCES audio.track,
        encoding_id     uuid NOT NULL REFERENCES audio.encoding,
        job_id          uuid NOT NULL,
        requested_level text NOT NULL,
        level           text,
        format          text NOT NULL,
        ready           boolean NOT NULL DEFAULT false,
        UNIQUE (track_id, encoding_id)
      )`);
    for (const index of ownedIndexes('audio.rendition')) await runner.query(index);
    await runner.query('CREATE INDEX rendition_track ON audio.rendition (track_id, created_at, id)');
    await runner.query('CREATE INDEX rendition_encoding ON audio.rendition (encoding_id)');
    await runner.query('CREATE INDEX rendition_job ON audio.rendition (job_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.rendition, audio.encoding');
  }
}
