import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownedColumns, ownedIndexes } from '#storage';

/** Playlists and their items. `rank` orders the items of a playlist; it has gaps, so that a move writes one row. */
export class CreatePlaylists1795219500000 implements MigrationInterface {
  readonly name = 'CreatePlaylists1795219500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.playlist (
        ${ownedColumns},
        description      text NOT NULL DEFAULT '',
        item_count       integer NOT NULL DEFAULT 0,
        duration_seconds float8 NOT NULL DEFAULT 0
      )`);
    for (const index of ownedIndexes('audio.playlist')) await runner.query(index);
    await runner.query('CREATE INDEX IF NOT EXISTS playlist_updated ON audio.playlist (owner_id, updated_at, id)');
    await runner.query(`
      CREATE TABLE audio.playlist_item (
        id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        playlist_id uuid NOT NULL REFERENCES audio.playlist ON DELETE CASCADE,
        track_id    uuid NOT NULL REFERENCES audio.track,
        rank        bigint NOT NULL,
        added_at    timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX playlist_item_order ON audio.playlist_item (playlist_id, rank, id)');
    await runner.query('CREATE INDEX playlist_item_track ON audio.playlist_item (track_id, playlist_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.playlist_item, audio.playlist');
  }
}
