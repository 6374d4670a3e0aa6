/** The audio schema, step by step. A step that has landed is never changed; the next one changes what it made. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type AnnouncedTable, announceRows, stopAnnouncingRows } from '#platform';
import { ownedIndexes, type SchemaMigrations } from '#storage';
import { CreatePictures1796000100000 } from './pictures/picture.migration.ts';
import { CreatePlaylists1795219500000 } from './playlists/playlist.migration.ts';
import { CreateRenditions1795600000000, EncodeTogether1798720000000 } from './renditions/rendition.migration.ts';
import { CreateSavedVideos1796100000000 } from './saved-videos/saved-video.migration.ts';
import { DescribeSavedVideos1796300000000 } from './saved-videos/video-details.migration.ts';
import { CreateFeatures1796000200000 } from './similarity/features.migration.ts';
import { CreateStreams1796200000000 } from './streams/stream.migration.ts';
import { IndexChanges1797186700000 } from './updated-indexes.migration.ts';

class CreateTracks1795219200000 implements MigrationInterface {
  readonly name = 'CreateTracks1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.recording (
        sha256         text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size_bytes     bigint NOT NULL,
        media          jsonb NOT NULL,
        engine_version integer,
        analysis       jsonb,
        waveform       jsonb,
        claimed_by     uuid,
        claimed_until  timestamptz,
        created_at     timestamptz NOT NULL DEFAULT now(),
        CHECK ((analysis IS NULL) = (engine_version IS NULL))
      )`);
    await runner.query(`
      CREATE TABLE audio.track (
        id         uuid PRIMARY KEY,
        owner_id   uuid NOT NULL,
        sha256     text NOT NULL REFERENCES audio.recording (sha256),
        file_name  text NOT NULL,
        job_id     uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX track_owner ON audio.track (owner_id, created_at DESC, id DESC)');
    await runner.query('CREATE INDEX track_recording ON audio.track (sha256)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.track, audio.recording');
  }
}

/** Recordings from before blobs were held by name. The schema `blobs` is there already: the platform migrates it first. */
class HoldBlobs1795219300000 implements MigrationInterface {
  readonly name = 'HoldBlobs1795219300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `INSERT INTO blobs.reference (sha256, holder) SELECT sha256, 'audio.recording' FROM audio.recording ON CONFLICT DO NOTHING`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM blobs.reference WHERE holder = 'audio.recording'`);
  }
}

/** Case and marks away, as `searchText` does for new rows; letters beyond ASCII keep their case where the locale of the server is C. */
const normalised = (sql: string) => `lower(regexp_replace(normalize(${sql}, NFKD), '[\\u0300-\\u036f]', '', 'g'))`;

/** Tracks get the owner's fields, and columns for what lists filter and sort by. */
class TracksAreResources1795219400000 implements MigrationInterface {
  readonly name = 'TracksAreResources1795219400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE audio.track
        ADD title text, ADD tags text[] NOT NULL DEFAULT '{}', ADD metadata jsonb NOT NULL DEFAULT '{}', ADD external_id text,
        ADD search_text text COLLATE "C", ADD revision integer NOT NULL DEFAULT 1, ADD updated_at timestamptz NOT NULL DEFAULT now(),
        ADD codec text, ADD ready boolean NOT NULL DEFAULT false, ADD duration_seconds float8, ADD bpm float8, ADD key text, ADD mode text,
        ADD loudness_lufs float8`);
    await runner.query(`
      UPDATE audio.track t SET
        title = left(coalesce(nullif(r.media->'tags'->>'title', ''), regexp_replace(t.file_name, '(.)[.][^.]{1,10}$', '\\1')), 200),
        codec = r.media->>'codec', ready = r.analysis IS NOT NULL, updated_at = t.created_at,
        duration_seconds = round(coalesce(r.analysis->>'durationSeconds', r.media->>'durationSeconds')::numeric, 3),
        bpm = round((r.analysis->>'bpm')::numeric, 2), key = r.analysis->>'key', mode = r.analysis->>'mode',
        loudness_lufs = round((r.analysis->>'loudnessLufs')::numeric, 2)
      FROM audio.recording r WHERE r.sha256 = t.sha256`);
    await runner.query(`
      UPDATE audio.track t SET
        search_text = ${normalised(`concat_ws(chr(10), t.title, r.media->'tags'->>'artist', r.media->'tags'->>'album', t.file_name)`)}
      FROM audio.recording r WHERE r.sha256 = t.sha256`);
    await runner.query('ALTER TABLE audio.track ALTER title SET NOT NULL, ALTER search_text SET NOT NULL, ALTER codec SET NOT NULL');
    await runner.query('DROP INDEX audio.track_owner');
    for (const index of ownedIndexes('audio.track')) await runner.query(index);
    await runner.query('CREATE INDEX track_bpm ON audio.track (owner_id, bpm, id)');
    await runner.query('CREATE INDEX track_duration ON audio.track (owner_id, duration_seconds, id)');
    await runner.query('CREATE INDEX track_not_ready ON audio.track (owner_id, created_at, id) WHERE NOT ready');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audio.track_created, audio.track_not_ready');
    await runner.query(`
      ALTER TABLE audio.track DROP title, DROP tags, DROP metadata, DROP external_id, DROP search_text, DROP revision, DROP updated_at, DROP codec,
        DROP ready, DROP duration_seconds, DROP bpm, DROP key, DROP mode, DROP loudness_lufs`);
    await runner.query('CREATE INDEX track_owner ON audio.track (owner_id, created_at DESC, id DESC)');
  }
}

/** Tracks from before storage was counted. The schema `usage` is there already: the platform migrates it first. */
class CountStorage1795500000000 implements MigrationInterface {
  readonly name = 'CountStorage1795500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      INSERT INTO usage.daily AS d (owner_id, meter, day, amount)
      SELECT t.owner_id, 'storageBytes', (t.created_at AT TIME ZONE 'UTC')::date, sum(r.size_bytes)
      FROM audio.track t JOIN audio.recording r USING (sha256) GROUP BY 1, 3
      ON CONFLICT (owner_id, meter, day) DO UPDATE SET amount = d.amount + excluded.amount`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM usage.daily WHERE meter = 'storageBytes'`);
  }
}

const announced: readonly AnnouncedTable[] = [
  { noun: 'track', table: 'audio.track', madeByJob: true },
  { noun: 'playlist', table: 'audio.playlist', madeByJob: false },
];

/** The schema `jobs` is there already: the platform migrates it first. */
class AnnounceTracks1795910400000 implements MigrationInterface {
  readonly name = 'AnnounceTracks1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const each of announced) await announceRows(runner, each);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of announced) await stopAnnouncingRows(runner, each);
  }
}

/** What owners correct by hand; the columns that lists filter and sort by follow it. */
class CorrectTracks1796000000000 implements MigrationInterface {
  readonly name = 'CorrectTracks1796000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audio.track ADD corrections jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audio.track DROP corrections');
  }
}

export const audioMigrations: SchemaMigrations = {
  schema: 'audio',
  steps: [
    CreateTracks1795219200000,
    HoldBlobs1795219300000,
    TracksAreResources1795219400000,
    CreatePlaylists1795219500000,
    CountStorage1795500000000,
    CreateRenditions1795600000000,
    AnnounceTracks1795910400000,
    CorrectTracks1796000000000,
    CreatePictures1796000100000,
    CreateFeatures1796000200000,
    CreateSavedVideos1796100000000,
    CreateStreams1796200000000,
    DescribeSavedVideos1796300000000,
    IndexChanges1797186700000,
    EncodeTogether1798720000000,
  ],
};
