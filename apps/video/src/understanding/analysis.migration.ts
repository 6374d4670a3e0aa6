import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Analyses are known by their bytes and shared by all owners, as sources are. */
export class CreateVideoAnalyses1796500000000 implements MigrationInterface {
  readonly name = 'CreateVideoAnalyses1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE video.analysis (
        source_sha256 text PRIMARY KEY REFERENCES video.source (sha256) ON DELETE CASCADE,
        analysis      jsonb NOT NULL,
        analyzed_at   timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE video.analysis');
  }
}
