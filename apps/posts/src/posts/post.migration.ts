import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';
import { buildIndex, ownedColumns, ownedIndexes, type SchemaMigrations } from '#storage';
import { searchTrigger, searchWordsFunction, searchWordsOf } from './post-search.ts';

class CreatePosts1795300000000 implements MigrationInterface {
  readonly name = 'CreatePosts1795300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE posts.post (
        ${ownedColumns},
        text            text NOT NULL,
        status          text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'scheduled', 'published')),
        version         integer NOT NULL DEFAULT 1,
        language        text NOT NULL,
        sentiment_label text,
        tone_label      text,
        analysis        jsonb NOT NULL
      )`);
    for (const index of ownedIndexes('posts.post')) await runner.query(index);
    await runner.query('CREATE INDEX IF NOT EXISTS post_updated ON posts.post (owner_id, updated_at, id)');
    await runner.query(`
      CREATE TABLE posts.post_version (
        post_id    uuid NOT NULL REFERENCES posts.post (id) ON DELETE CASCADE,
        version    integer NOT NULL,
        text       text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (post_id, version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE posts.post_version, posts.post');
  }
}

const announced: AnnouncedTable = { noun: 'post', table: 'posts.post', madeByJob: false };

/** The schema `jobs` is there already: the platform migrates it first. */
class AnnouncePosts1795910400000 implements MigrationInterface {
  readonly name = 'AnnouncePosts1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    await announceRows(runner, announced);
  }

  async down(runner: QueryRunner): Promise<void> {
    await stopAnnouncingRows(runner, announced);
  }
}

/** Posts that are changed in one statement, so that each statement is short. */
const filledAtOnce = 500;

/** Step by step, so that posts are read and written meanwhile; each step can be done again. */
class SearchPosts1797532000000 implements MigrationInterface {
  readonly name = 'SearchPosts1797532000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE posts.post ADD COLUMN IF NOT EXISTS search tsvector');
    for (const statement of [searchWordsFunction, ...searchTrigger]) await runner.query(statement);
    while (await this.fill(runner));
    await buildIndex(runner, 'posts.post_search', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS post_search ON posts.post USING gin (search)');
  }

  /** @returns whether there may be more */
  private async fill(runner: QueryRunner): Promise<boolean> {
    const [, filled] = (await runner.query(
      `UPDATE posts.post SET search = ${searchWordsOf('post')}
       WHERE id IN (SELECT id FROM posts.post WHERE search IS NULL LIMIT ${filledAtOnce} FOR UPDATE SKIP LOCKED)`,
    )) as [unknown, number];
    return filled > 0 || ((await runner.query('SELECT 1 FROM posts.post WHERE search IS NULL LIMIT 1')) as unknown[]).length > 0;
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER keep_search_words ON posts.post');
    await runner.query('ALTER TABLE posts.post DROP search');
    await runner.query('DROP FUNCTION posts.keep_search_words, posts.search_words');
  }
}

export const postMigrations: SchemaMigrations = {
  schema: 'posts',
  steps: [CreatePosts1795300000000, AnnouncePosts1795910400000, SearchPosts1797532000000],
};
