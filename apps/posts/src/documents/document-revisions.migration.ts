/** Documents have revisions, for preconditions of writes. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CountRevisions1798000000000 implements MigrationInterface {
  readonly name = 'CountRevisions1798000000000';

  /** Documents that are there have 1: whatever is written next to their collection gets a larger one. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.document ADD revision integer NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE documents.document DROP revision');
  }
}
