import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What comparisons of recordings need. Recordings from before have none until they are asked for or analysed anew. */
export class CreateFeatures1796000200000 implements MigrationInterface {
  readonly name = 'CreateFeatures1796000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.features (
        sha256      text PRIMARY KEY REFERENCES audio.recording (sha256) ON DELETE CASCADE,
        fingerprint bytea,
        hashes      integer[] NOT NULL DEFAULT '{}',
        timbre      real[]
      )`);
    await runner.query('CREATE INDEX features_hashes ON audio.features USING gin (hashes)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.features');
  }
}
