/**
 * Announcements of resources and of the ends of jobs. Triggers write them in the transaction that makes the change, so that no statement can change
 * a resource and forget to announce it; the gateway takes them from here, in order, to webhooks and event streams.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
  CREATE TABLE jobs.announcement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id text NOT NULL DEFAULT 'msg_' || replace(gen_random_uuid()::text, '-', ''),
    owner_id uuid NOT NULL,
    type text NOT NULL,
    noun text NOT NULL,
    resource_id uuid NOT NULL,
    body jsonb,                             -- a job at its end, a deleted resource; null: the resource is read from its service
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at timestamptz NOT NULL DEFAULT now()
  ) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX announcement_owner ON jobs.announcement (owner_id, id);

  CREATE TABLE jobs.announced_noun (
    noun text PRIMARY KEY,
    relation text NOT NULL,                 -- its table, schema.name
    made_by_job boolean NOT NULL            -- the table has the columns ready and job_id
  );
`;

/** Argument of the trigger: the noun. */
const announceRow = `
  CREATE FUNCTION jobs.announce_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      INSERT INTO jobs.announcement (owner_id, type, noun, resource_id, body) VALUES (OLD.owner_id, TG_ARGV[0] || '.deleted', TG_ARGV[0], OLD.id,
        jsonb_build_object('id', OLD.id, 'title', OLD.title, 'tags', OLD.tags, 'metadata', OLD.metadata, 'externalId', OLD.external_id,
          'createdAt', jobs.iso(OLD.created_at), 'updatedAt', jobs.iso(OLD.updated_at)));
    ELSE
      INSERT INTO jobs.announcement (owner_id, type, noun, resource_id) VALUES (NEW.owner_id, TG_ARGV[0] || '.ready', TG_ARGV[0], NEW.id);
    END IF;
    RETURN NULL;
  END $$;
`;

/** A job that failed or was cancelled fails every resource that waits for it: several, where two of one owner have the same bytes. */
const announceJobEnd = `
  CREATE FUNCTION jobs.announce_job_end() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    each jobs.announced_noun;
  BEGIN
    INSERT INTO jobs.announcement (message_id, owner_id, type, noun, resource_id, body)
      VALUES ('msg_' || replace(NEW.id::text, '-', '') || '_' || NEW.sequence, NEW.owner_id, 'job.' || NEW.state, 'job', NEW.id, jobs.snapshot(NEW));
    IF NEW.state <> 'succeeded' THEN
      FOR each IN SELECT * FROM jobs.announced_noun WHERE made_by_job LOOP
        EXECUTE format('INSERT INTO jobs.announcement (owner_id, type, noun, resource_id)
          SELECT owner_id, $1, $2, id FROM %s WHERE job_id = $3 AND owner_id = $4 AND NOT ready', each.relation)
        USING each.noun || '.failed', each.noun, NEW.id, NEW.owner_id;
      END LOOP;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER announce_insert AFTER INSERT ON jobs.job FOR EACH ROW
    WHEN (NEW.state IN ('succeeded', 'failed', 'cancelled')) EXECUTE FUNCTION jobs.announce_job_end();
  CREATE TRIGGER announce_update AFTER UPDATE OF state ON jobs.job FOR EACH ROW
    WHEN (NEW.state IN ('succeeded', 'failed', 'cancelled') AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION jobs.announce_job_end();
`;

export class Announcements implements MigrationInterface {
  readonly name = 'Announcements1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [tables, announceRow, announceJobEnd]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION jobs.announce_job_end CASCADE; DROP FUNCTION jobs.announce_row CASCADE');
    await runner.query('DROP TABLE jobs.announcement, jobs.announced_noun');
  }
}
