import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';

const announced: AnnouncedTable = { noun: 'saved-video', table: 'audio.saved_video', madeByJob: false };

/** What YouTube says of saved videos, and their announcements. The schema `jobs` is there already: the platform migrates it first. */
export class DescribeSavedVideos1796300000000 implements MigrationInterface {
  readonly name = 'DescribeSavedVideos1796300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE audio.saved_video ADD channel text, ADD duration_seconds float8, ADD job_id uuid, ADD is_described boolean NOT NULL DEFAULT false',
    );
    await announceRows(runner, announced);
  }

  async down(runner: QueryRunner): Promise<void> {
    await stopAnnouncingRows(runner, announced);
    await runner.query('ALTER TABLE audio.saved_video DROP channel, DROP duration_seconds, DROP job_id, DROP is_described');
  }
}
