/** The audio schema, step by step. A step that has landed is never changed; the next one changes what it made. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';

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

export const audioMigrations: SchemaMigrations = {
  schema: 'audio',
  steps: [CreateTracks1795219200000, HoldBlobs1795219300000, CountStorage1795500000000],
};
