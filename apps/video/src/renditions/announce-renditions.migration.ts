import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';

const announced: AnnouncedTable = { noun: 'video-rendition', table: 'video.rendition', madeByJob: true };

/** Owners hear of their renditions: `video-rendition.ready`, `video-rendition.failed`, `video-rendition.deleted`. Those that were counted are ready. */
export class AnnounceVideoRenditions1797900000000 implements MigrationInterface {
  readonly name = 'AnnounceVideoRenditions1797900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE video.rendition ADD COLUMN ready boolean NOT NULL DEFAULT false');
    await runner.query('UPDATE video.rendition SET ready = true WHERE counted_bytes > 0');
    await announceRows(runner, announced);
  }

  async down(runner: QueryRunner): Promise<void> {
    await stopAnnouncingRows(runner, announced);
    await runner.query('ALTER TABLE video.rendition DROP COLUMN ready');
  }
}
