import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Fingerprints are known by their bytes and shared by all owners, as sources are. */
export class CreateVideoFingerprints1796500100000 implements MigrationInterface {
  readonly name = 'CreateVideoFingerprints1796500100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.fingerprint (
        source_sha256 text PRIMARY KEY REFERENCES video.source (sha256) ON DELETE CASCADE,
        fingerprint   bytea NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE video.fingerprint_token (
        token         integer NOT NULL,
        source_sha256 text NOT NULL REFERENCES video.fingerprint (source_sha256) ON DELETE CASCADE,
        PRIMARY KEY (token, source_sha256)
      )`);
    await runner.query('CREATE INDEX fingerprint_token_source ON video.fingerprint_token (source_sha256)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.fingerprint_token, video.fingerprint');
  }
}
