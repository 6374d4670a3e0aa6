import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes, type SchemaMigrations, updatedIndexes } from '#storage';

class CreateAttachments1796000100000 implements MigrationInterface {
  readonly name = 'CreateAttachments1796000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE posts.attachment (
        ${ownedColumns},
        sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        file_name    text NOT NULL,
        content_type text NOT NULL,
        size_bytes   integer NOT NULL,
        width_px     integer,
        height_px    integer
      )`);
    for (const index of ownedIndexes('posts.attachment')) await runner.query(index);
    await runner.query(`ALTER TABLE posts.post ADD COLUMN attachment_ids uuid[] NOT NULL DEFAULT '{}'`);
    await runner.query(`CREATE INDEX post_attachments ON posts.post USING gin (attachment_ids) WHERE attachment_ids <> '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE posts.post DROP COLUMN attachment_ids');
    await runner.query('DROP TABLE posts.attachment');
  }
}

const IndexChangedAttachments1797186800000 = updatedIndexes('IndexChangedAttachments1797186800000', ['posts.attachment']);

export const attachmentMigrations: SchemaMigrations = {
  schema: 'posts',
  steps: [CreateAttachments1796000100000, IndexChangedAttachments1797186800000],
};
