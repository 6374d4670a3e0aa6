/** Loads become resources with a state of their own; a collection is ready from its beginning. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';
import { ownedIndexes } from '#storage';

const madeByJob: AnnouncedTable = { noun: 'collection', table: 'documents.collection', madeByJob: true };
const loads: AnnouncedTable = { noun: 'load', table: 'documents.load', madeByJob: true };

export class MakeLoadsResources1796169600000 implements MigrationInterface {
  readonly name = 'MakeLoadsResources1796169600000';

  /** Loads that have ended have no rows: what came of the last one of each collection goes. */
  async up(runner: QueryRunner): Promise<void> {
    await stopAnnouncingRows(runner, madeByJob);
    await announceRows(runner, { ...madeByJob, madeByJob: false });
    await runner.query('ALTER TABLE documents.collection DROP ready, DROP job_id, DROP last_load');
    await runner.query(`
      ALTER TABLE documents.load ADD owner_id uuid, ADD title text NOT NULL DEFAULT '', ADD tags text[] NOT NULL DEFAULT '{}',
        ADD metadata jsonb NOT NULL DEFAULT '{}', ADD external_id text, ADD search_text text COLLATE "C" NOT NULL DEFAULT '',
        ADD revision integer NOT NULL DEFAULT 1, ADD updated_at timestamptz NOT NULL DEFAULT now(), ADD ready boolean NOT NULL DEFAULT false,
        ALTER sha256 DROP NOT NULL`);
    await runner.query('UPDATE documents.load SET owner_id = (SELECT owner_id FROM documents.collection WHERE id = collection_id)');
    await runner.query('ALTER TABLE documents.load ALTER owner_id SET NOT NULL, ALTER title DROP DEFAULT, ALTER search_text DROP DEFAULT');
    for (const index of ownedIndexes('documents.load')) await runner.query(index);
    await runner.query('DROP INDEX documents.load_collection');
    await runner.query('CREATE INDEX load_collection ON documents.load (collection_id, created_at, id)');
    await announceRows(runner, loads);
  }

  async down(runner: QueryRunner): Promise<void> {
    await stopAnnouncingRows(runner, loads);
    await runner.query('DELETE FROM documents.load WHERE sha256 IS NULL');
    for (const index of ['external_id', 'created', 'title', 'updated']) await runner.query(`DROP INDEX documents.load_${index}`);
    await runner.query(`
      ALTER TABLE documents.load DROP owner_id, DROP title, DROP tags, DROP metadata, DROP external_id, DROP search_text, DROP revision,
        DROP updated_at, DROP ready, ALTER sha256 SET NOT NULL`);
    await runner.query('ALTER TABLE documents.collection ADD ready boolean NOT NULL DEFAULT true, ADD job_id uuid, ADD last_load jsonb');
    await stopAnnouncingRows(runner, { ...madeByJob, madeByJob: false });
    await announceRows(runner, madeByJob);
  }
}
