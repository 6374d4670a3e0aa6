import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Encodings and their segments are shared by all owners of the same bytes; renditions are rows of an owner. */
export class CreateVideoRenditions1795600500000 implements MigrationInterface {
  readonly name = 'CreateVideoRenditions1795600500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.encoding (
        id               uuid PRIMARY KEY,
        source_sha256    text NOT NULL CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
        preset           text NOT NULL,
        preset_version   integer NOT NULL,
        sound_id         uuid REFERENCES video.encoding (id),
        claimed_by       uuid,
        segment_count    integer NOT NULL DEFAULT 0,
        is_complete      boolean NOT NULL DEFAULT false,
        init_sha256      text,
        init_size_bytes  integer,
        codec            text,
        segment_seconds  integer,
        width_px         integer,
        height_px        integer,
        frame_rate       float8,
        max_bit_rate     integer,
        size_bytes       bigint,
        duration_seconds float8,
        average_bit_rate integer,
        peak_bit_rate    integer,
        created_at       timestamptz NOT NULL DEFAULT now(),
        UNIQUE (source_sha256, preset, preset_version),
        CHECK ((init_sha256 IS NULL) = (codec IS NULL)),
        CHECK (is_complete = (peak_bit_rate IS NOT NULL))
      )`);
    await runner.query('CREATE INDEX encoding_sound ON video.encoding (sound_id) WHERE sound_id IS NOT NULL');
    await runner.query(`
      CREATE TABLE video.segment (
        encoding_id      uuid NOT NULL REFERENCES video.encoding (id) ON DELETE CASCADE,
        index            integer NOT NULL CHECK (index >= 0),
        sha256           text NOT NULL,
        size_bytes       integer NOT NULL,
        duration_seconds float8 NOT NULL,
        created_at       timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (encoding_id, index)
      )`);
    await runner.query(`
      CREATE TABLE video.rendition (
        ${ownedColumns},
        video_id       uuid NOT NULL,
        preset         text NOT NULL,
        preset_version integer NOT NULL,
        encoding_id    uuid NOT NULL REFERENCES video.encoding (id),
        job_id         uuid NOT NULL,
        counted_bytes  bigint NOT NULL DEFAULT 0
      )`);
    for (const index of ownedIndexes('video.rendition')) await runner.query(index);
    await runner.query('CREATE UNIQUE INDEX rendition_once ON video.rendition (video_id, preset, preset_version)');
    await runner.query('CREATE INDEX rendition_video ON video.rendition (owner_id, video_id, created_at, id)');
    await runner.query('CREATE INDEX rendition_encoding ON video.rendition (encoding_id)');
    await runner.query('CREATE INDEX rendition_job ON video.rendition (job_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.rendition, video.segment, video.encoding');
  }
}
