import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Streams, encoded once for all owners of the same bytes, with the rows of their segments; and which track of whom refers to which. */
export class CreateStreams1796200000000 implements MigrationInterface {
  readonly name = 'CreateStreams1796200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audio.stream (
        id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        source_sha256 text NOT NULL REFERENCES audio.recording (sha256),
        version       integer NOT NULL,
        claimed_by    uuid,
        size_bytes    bigint,
        created_at    timestamptz NOT NULL DEFAULT now(),
        UNIQUE (source_sha256, version)
      )`);
    await runner.query(`
      CREATE TABLE audio.stream_variant (
        stream_id        uuid NOT NULL REFERENCES audio.stream ON DELETE CASCADE,
        level            text NOT NULL,
        bit_rate         integer NOT NULL,
        codec            text NOT NULL,
        init_sha256      text NOT NULL,
        init_size_bytes  integer NOT NULL,
        average_bit_rate integer,
        peak_bit_rate    integer,
        PRIMARY KEY (stream_id, level),
        CHECK ((average_bit_rate IS NULL) = (peak_bit_rate IS NULL))
      )`);
    await runner.query(`
      CREATE TABLE audio.stream_segment (
        stream_id        uuid NOT NULL,
        level            text NOT NULL,
        index            integer NOT NULL CHECK (index >= 0),
        sha256           text NOT NULL,
        size_bytes       integer NOT NULL,
        duration_seconds float8 NOT NULL,
        PRIMARY KEY (stream_id, level, index),
        FOREIGN KEY (stream_id, level) REFERENCES audio.stream_variant ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE audio.track_stream (
        track_id   uuid PRIMARY KEY REFERENCES audio.track,
        owner_id   uuid NOT NULL,
        stream_id  uuid NOT NULL REFERENCES audio.stream,
        job_id     uuid NOT NULL,
        ready      boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query('CREATE INDEX track_stream_owner ON audio.track_stream (owner_id)');
    await runner.query('CREATE INDEX track_stream_stream ON audio.track_stream (stream_id)');
    await runner.query('CREATE INDEX track_stream_job ON audio.track_stream (job_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audio.track_stream, audio.stream_segment, audio.stream_variant, audio.stream');
  }
}
