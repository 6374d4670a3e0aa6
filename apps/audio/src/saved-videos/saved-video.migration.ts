import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Saved videos: an owner has each video of YouTube once. */
export class CreateSavedVideos1796100000000 implements MigrationInterface {
  readonly name = 'CreateSavedVideos1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE audio.saved_video (${ownedColumns}, youtube_id text COLLATE "C" NOT NULL)`);
    for (const index of ownedIndexes('audio.saved_video')) await runner.query(index);
    await runner.query('CREATE UNIQUE INDEX saved_video_youtube_id ON audio.saved_video (owner_id, youtube_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.saved_video');
  }
}
