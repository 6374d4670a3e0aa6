import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which bytes a clip of a source has become, as long as somebody has a video of them; and what a video was cut from. */
export class CreateVideoClips1797300100000 implements MigrationInterface {
  readonly name = 'CreateVideoClips1797300100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.clip (
        source_sha256 text NOT NULL REFERENCES video.source (sha256) ON DELETE CASCADE,
        name          text NOT NULL,
        clip_sha256   text REFERENCES video.source (sha256) ON DELETE SET NULL,
        claimed_by    uuid,
        PRIMARY KEY (source_sha256, name)
      )`);
    await runner.query('CREATE INDEX clip_made ON video.clip (clip_sha256) WHERE clip_sha256 IS NOT NULL');
    await runner.query('ALTER TABLE video.video ADD COLUMN clip_of jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE video.video DROP COLUMN clip_of');
    await runner.query('DROP TABLE video.clip');
  }
}
