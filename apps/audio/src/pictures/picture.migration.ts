import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pictures of recordings: shared by all tracks with the same bytes. */
export class CreatePictures1796000100000 implements MigrationInterface {
  readonly name = 'CreatePictures1796000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.picture (
        source_sha256 text NOT NULL REFERENCES audio.recording (sha256) ON DELETE CASCADE,
        name          text NOT NULL,
        sha256        text NOT NULL,
        size_bytes    integer NOT NULL,
        content_type  text NOT NULL,
        created_at    timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (source_sha256, name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM blobs.reference WHERE holder LIKE 'audio.picture:%'`);
    await runner.query('DROP TABLE audio.picture');
  }
}
