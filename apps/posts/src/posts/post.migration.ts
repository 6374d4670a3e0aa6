import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';
import { ownedColumns, ownedIndexes, type SchemaMigrations } from '#storage';
import { searchColumn, searchWordsFunction } from './post-search.ts';

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

class SearchPosts1797532000000 implements MigrationInterface {
  readonly name = 'SearchPosts1797532000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(searchWordsFunction);
    await runner.query(`ALTER TABLE posts.post ADD ${searchColumn}`);
    await runner.query('CREATE INDEX post_search ON posts.post USING gin (search)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE posts.post DROP search');
    await runner.query('DROP FUNCTION posts.search_words');
  }
}

export const postMigrations: SchemaMigrations = {
  schema: 'posts',
  steps: [CreatePosts1795300000000, AnnouncePosts1795910400000, SearchPosts1797532000000],
};
