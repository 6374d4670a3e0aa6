import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Uploads that come in pieces: how far each one is, who works on it, and what became of it. */
export class CreateUploads1795220100000 implements MigrationInterface {
  readonly name = 'CreateUploads1795220100000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      CREATE TABLE gateway.upload (
        id uuid PRIMARY KEY,
        owner_id text NOT NULL,
        kind text NOT NULL,
        file_name text NOT NULL,
        content_type text,
        metadata text,                          -- as it was sent
        length_bytes bigint CHECK (length_bytes > 0), -- null: not told yet
        offset_bytes bigint NOT NULL DEFAULT 0 CHECK (offset_bytes >= 0 AND offset_bytes <= length_bytes),
        state text NOT NULL DEFAULT 'receiving' CHECK (state IN ('receiving', 'arrived', 'finished', 'refused', 'expired')),
        lease uuid,                             -- of the request that works on it; nobody else may move it on
        lease_until timestamptz,                -- a gateway that is silent past it has died; without a lease: not to be finished before
        finish_attempts int NOT NULL DEFAULT 0,
        arrived_at timestamptz,
        result jsonb,
        problem jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CHECK ((state = 'finished') = (result IS NOT NULL)),
        CHECK ((state = 'refused') = (problem IS NOT NULL))
      )`);
    await run.query(`CREATE INDEX upload_unfinished ON gateway.upload (owner_id) WHERE state IN ('receiving', 'arrived')`);
    await run.query('CREATE INDEX upload_expires ON gateway.upload (expires_at)');
    await run.query(`CREATE INDEX upload_arrived ON gateway.upload (lease_until) WHERE state = 'arrived'`);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('DROP TABLE gateway.upload');
  }
}

/** Which process works on an upload: once it is gone nobody has to wait for its lease to run out. */
export class AddUploadHolder1795221000000 implements MigrationInterface {
  readonly name = 'AddUploadHolder1795221000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.upload ADD COLUMN holder int');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.upload DROP COLUMN holder');
  }
}

/** The id of what an upload becomes, chosen before the first byte: however often its file is handed over, it becomes one thing. */
export class AddUploadTarget1795231000000 implements MigrationInterface {
  readonly name = 'AddUploadTarget1795231000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.upload ADD COLUMN target_id uuid NOT NULL DEFAULT gen_random_uuid()');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.upload DROP COLUMN target_id');
  }
}

/** An upload can become other things than a track: its kind says which, and its result has the id of that. */
export class NameUploadKinds1795600300000 implements MigrationInterface {
  readonly name = 'NameUploadKinds1795600300000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`UPDATE gateway.upload SET kind = 'track' WHERE kind = 'audio'`);
    await run.query(
      `UPDATE gateway.upload SET result = result - 'trackId' || jsonb_build_object('id', result->'trackId') WHERE result ? 'trackId'`,
    );
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query(`UPDATE gateway.upload SET result = result - 'id' || jsonb_build_object('trackId', result->'id') WHERE result ? 'id'`);
    await run.query(`UPDATE gateway.upload SET kind = 'audio' WHERE kind = 'track'`);
  }
}

/** Parts of a file that are uploads of their own, and the uploads that join them. */
export class JoinUploads1797310000000 implements MigrationInterface {
  readonly name = 'JoinUploads1797310000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`
      ALTER TABLE gateway.upload
        ADD COLUMN concat text CHECK (concat IN ('partial', 'final')),
        ADD COLUMN part_ids uuid[] CHECK ((concat IS NOT DISTINCT FROM 'final') = (part_ids IS NOT NULL)),
        ADD COLUMN final_id uuid REFERENCES gateway.upload ON DELETE CASCADE -- of a part that has been joined
          CHECK (final_id IS NULL OR concat = 'partial')`);
    await run.query('CREATE UNIQUE INDEX upload_parts ON gateway.upload (owner_id, part_ids) WHERE part_ids IS NOT NULL');
    await run.query('CREATE INDEX upload_final ON gateway.upload (final_id) WHERE final_id IS NOT NULL');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query(`DELETE FROM gateway.upload WHERE concat IS NOT NULL`);
    await run.query('ALTER TABLE gateway.upload DROP COLUMN final_id, DROP COLUMN part_ids, DROP COLUMN concat');
  }
}
