import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

const files = `
  language       text NOT NULL,
  role           text NOT NULL,
  is_default     boolean NOT NULL,
  cue_count      integer NOT NULL,
  warnings       text[] NOT NULL,
  vtt_sha256     text NOT NULL,
  vtt_size_bytes integer NOT NULL,
  srt_sha256     text NOT NULL,
  srt_size_bytes integer NOT NULL`;

/** Captions are rows of an owner; what a video file holds of them is kept once for its bytes, and copied for each video that is made of them. */
export class CreateVideoCaptions1797300000000 implements MigrationInterface {
  readonly name = 'CreateVideoCaptions1797300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.embedded_caption (
        source_sha256 text NOT NULL REFERENCES video.source (sha256) ON DELETE CASCADE,
        stream_index  integer NOT NULL,
        title         text NOT NULL,
        ${files},
        PRIMARY KEY (source_sha256, stream_index)
      )`);
    await runner.query(`
      CREATE TABLE video.caption (
        ${ownedColumns},
        video_id      uuid NOT NULL,
        format        text NOT NULL,
        counted_bytes integer NOT NULL,
        ${files}
      )`);
    for (const index of ownedIndexes('video.caption')) await runner.query(index);
    await runner.query('CREATE INDEX caption_video ON video.caption (owner_id, video_id, created_at, id)');
    await runner.query('CREATE UNIQUE INDEX caption_default ON video.caption (video_id) WHERE is_default');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.caption, video.embedded_caption');
  }
}
