import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Sources and their pictures are known by their bytes and shared by all owners; videos are rows of an owner. */
export class CreateVideos1795600400000 implements MigrationInterface {
  readonly name = 'CreateVideos1795600400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.source (
        sha256         text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size_bytes     bigint NOT NULL,
        info           jsonb NOT NULL,
        engine_version integer,
        verdict        jsonb,
        claimed_by     uuid,
        created_at     timestamptz NOT NULL DEFAULT now(),
        CHECK ((verdict IS NULL) = (engine_version IS NULL))
      )`);
    await runner.query(`
      CREATE TABLE video.picture (
        source_sha256 text NOT NULL REFERENCES video.source (sha256) ON DELETE CASCADE,
        name          text NOT NULL,
        sha256        text NOT NULL,
        size_bytes    integer NOT NULL,
        content_type  text NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (source_sha256, name)
      )`);
    await runner.query(`
      CREATE TABLE video.video (
        ${ownedColumns},
        sha256            text NOT NULL REFERENCES video.source (sha256),
        file_name         text NOT NULL,
        job_id            uuid NOT NULL,
        ready             boolean NOT NULL DEFAULT false,
        size_bytes        bigint NOT NULL,
        duration_seconds  float8,
        video_codec       text NOT NULL,
        audio_codec       text,
        display_width_px  integer NOT NULL,
        display_height_px integer NOT NULL,
        orientation       text NOT NULL GENERATED ALWAYS AS (CASE
          WHEN display_width_px > display_height_px THEN 'landscape' WHEN display_width_px < display_height_px THEN 'portrait' ELSE 'square' END) STORED
      )`);
    for (const index of ownedIndexes('video.video')) await runner.query(index);
    await runner.query('CREATE INDEX video_duration ON video.video (owner_id, duration_seconds, id)');
    await runner.query('CREATE INDEX video_size ON video.video (owner_id, size_bytes, id)');
    await runner.query('CREATE INDEX video_not_ready ON video.video (owner_id, created_at, id) WHERE NOT ready');
    await runner.query('CREATE INDEX video_source ON video.video (sha256)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.video, video.picture, video.source');
  }
}
