import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
  CREATE TABLE gateway.webhook (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    url text NOT NULL CHECK (char_length(url) <= 2048),
    description text NOT NULL CHECK (char_length(description) <= 200),
    events text[] NOT NULL,                 -- empty: all, also those that are yet to come
    disabled_reason text CHECK (disabled_reason IN ('owner', 'gone', 'failing')),
    sealed_secret bytea NOT NULL,
    sealed_previous bytea,
    previous_until timestamptz,
    failing_since timestamptz,              -- no try has succeeded since
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX webhook_owner ON gateway.webhook (owner_id, created_at DESC, id DESC);

  CREATE TABLE gateway.webhook_delivery (
    id uuid PRIMARY KEY,
    webhook_id uuid NOT NULL REFERENCES gateway.webhook ON DELETE CASCADE,
    message_id text NOT NULL,
    event text NOT NULL,
    body text NOT NULL,                     -- as it is signed and sent, byte for byte
    source text,                            -- what it tells about; nothing is told twice to one webhook
    replay_of uuid,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts int NOT NULL DEFAULT 0,        -- grows with every claim; a sender writes only while its own number stands here
    tries jsonb NOT NULL DEFAULT '[]',
    next_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,                -- somebody is sending it; silent past it, he has died
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((state = 'pending') = (ended_at IS NULL))
  );
  CREATE UNIQUE INDEX webhook_delivery_source ON gateway.webhook_delivery (webhook_id, source) WHERE source IS NOT NULL;
  CREATE INDEX webhook_delivery_log ON gateway.webhook_delivery (webhook_id, created_at DESC, id DESC);
  CREATE INDEX webhook_delivery_pending ON gateway.webhook_delivery (webhook_id, next_at) WHERE state = 'pending';
  CREATE INDEX webhook_delivery_sending ON gateway.webhook_delivery (webhook_id, lease_until) WHERE state = 'pending' AND lease_until IS NOT NULL;
  CREATE INDEX webhook_delivery_ended ON gateway.webhook_delivery (ended_at) WHERE state <> 'pending';
`;

/** Larger results are omitted; receivers can request the job. */
const maxBodyBytes = 256 * 1_024;

/**
 * A job's end and its deliveries commit in one transaction, in whichever service the job ends. Webhook rows are share-locked, so that
 * a concurrent deletion delays the job's end but does not fail it. `SECURITY DEFINER`: other services need no privileges on these tables.
 */
const trigger = `
  CREATE FUNCTION gateway.tell_job_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    event text := 'job.' || NEW.state;
    job jsonb;
  BEGIN
    IF NOT EXISTS (SELECT 1 FROM gateway.webhook WHERE owner_id = NEW.owner_id AND disabled_reason IS NULL) THEN RETURN NULL; END IF;
    job := jobs.snapshot(NEW);
    IF octet_length(job::text) > ${maxBodyBytes} THEN job := job || '{"result": null, "resultOmitted": true}'; END IF;
    INSERT INTO gateway.webhook_delivery (id, webhook_id, message_id, event, source, body)
      SELECT gen_random_uuid(), w.id, 'msg_' || replace(NEW.id::text, '-', '') || '_' || NEW.sequence, event, 'job:' || NEW.id || ':' || NEW.sequence,
        jsonb_build_object('type', event, 'timestamp', jobs.iso(now()), 'data', job)::text
      FROM gateway.webhook w
      WHERE w.owner_id = NEW.owner_id AND w.disabled_reason IS NULL AND (w.events = '{}' OR event = ANY (w.events))
      FOR KEY SHARE
      ON CONFLICT DO NOTHING;
    IF FOUND THEN PERFORM pg_notify('webhook_deliveries', ''); END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER tell_webhooks_insert AFTER INSERT ON jobs.job FOR EACH ROW
    WHEN (NEW.state IN ('succeeded', 'failed', 'cancelled')) EXECUTE FUNCTION gateway.tell_job_end();
  CREATE TRIGGER tell_webhooks_update AFTER UPDATE ON jobs.job FOR EACH ROW
    WHEN (NEW.state IN ('succeeded', 'failed', 'cancelled') AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION gateway.tell_job_end();
`;

const dropTrigger = 'DROP FUNCTION gateway.tell_job_end CASCADE';

/** Webhooks, deliveries, and the trigger that enqueues them. Needs the schema `jobs`. */
export class CreateWebhooks1795219400000 implements MigrationInterface {
  readonly name = 'CreateWebhooks1795219400000';

  async up(run: QueryRunner): Promise<void> {
    for (const part of [tables, trigger]) await run.query(part);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query(dropTrigger);
    await run.query('DROP TABLE gateway.webhook_delivery, gateway.webhook');
  }
}

/** Columns for limits per receiver and for pausing webhooks whose receivers do not respond. */
export class AddWebhookPauses1795222000000 implements MigrationInterface {
  readonly name = 'AddWebhookPauses1795222000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`ALTER TABLE gateway.webhook
      ADD COLUMN receiver text,               -- host and port of the url; null where an older version wrote the row
      ADD COLUMN paused_until timestamptz,    -- nothing is sent before
      ADD COLUMN misses int NOT NULL DEFAULT 0 -- attempts in a row without an answer`);
    await run.query(`UPDATE gateway.webhook SET receiver = lower(substring(url FROM '^[^:]+://([^/?#]+)'))`);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.webhook DROP COLUMN receiver, DROP COLUMN paused_until, DROP COLUMN misses');
  }
}

/** Deliveries come from the announcements of the platform, which know of resources too; a webhook can ask for those with pairs of its owner. */
export class WebhooksOfResources1795910400000 implements MigrationInterface {
  readonly name = 'WebhooksOfResources1795910400000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`ALTER TABLE gateway.webhook ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}'`);
    await run.query(dropTrigger);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.webhook DROP COLUMN metadata');
    await run.query(trigger);
  }
}

/** A webhook whose host name could not be resolved is kept, and verified later. */
export class VerifyWebhooks1795910600000 implements MigrationInterface {
  readonly name = 'VerifyWebhooks1795910600000';

  async up(run: QueryRunner): Promise<void> {
    await run.query(`ALTER TABLE gateway.webhook
      ADD COLUMN unverified_since timestamptz,             -- null: its url may be requested
      ADD COLUMN verify_at timestamptz,                    -- the next verification
      ADD COLUMN verifications int NOT NULL DEFAULT 0,     -- that failed
      DROP CONSTRAINT webhook_disabled_reason_check,
      ADD CONSTRAINT webhook_disabled_reason_check CHECK (disabled_reason IN ('owner', 'gone', 'failing', 'refused', 'unreachable'))`);
    await run.query('CREATE INDEX webhook_unverified ON gateway.webhook (verify_at) WHERE unverified_since IS NOT NULL');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query(`UPDATE gateway.webhook SET disabled_reason = 'failing' WHERE disabled_reason IN ('refused', 'unreachable')`);
    await run.query(`ALTER TABLE gateway.webhook DROP COLUMN unverified_since, DROP COLUMN verify_at, DROP COLUMN verifications,
      DROP CONSTRAINT webhook_disabled_reason_check,
      ADD CONSTRAINT webhook_disabled_reason_check CHECK (disabled_reason IN ('owner', 'gone', 'failing'))`);
  }
}

/** Loads of documents have events of their own: who was told of a collection for the sake of its loads is told of these. */
export class TellOfLoads1797186600000 implements MigrationInterface {
  readonly name = 'TellOfLoads1797186600000';

  async up(run: QueryRunner): Promise<void> {
    for (const change of ['ready', 'failed', '*'])
      await run.query(
        `UPDATE gateway.webhook SET events = array_append(events, 'load.${change}') WHERE 'collection.${change}' = ANY (events)`,
      );
    await run.query(`UPDATE gateway.webhook SET events = array_remove(events, 'collection.failed')`);
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query(`UPDATE gateway.webhook SET events = array_append(events, 'collection.failed') WHERE 'load.failed' = ANY (events)`);
    for (const change of ['ready', 'failed', '*'])
      await run.query(`UPDATE gateway.webhook SET events = array_remove(events, 'load.${change}')`);
  }
}

/** Counts the changes of the owner, so that of two edits of the same webhook one is refused. */
export class CountWebhookChanges1798100000000 implements MigrationInterface {
  readonly name = 'CountWebhookChanges1798100000000';

  async up(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.webhook ADD COLUMN revision int NOT NULL DEFAULT 1');
  }

  async down(run: QueryRunner): Promise<void> {
    await run.query('ALTER TABLE gateway.webhook DROP COLUMN revision');
  }
}

/** NOTIFY when deliveries are enqueued. */
export const deliveriesChannel = 'webhook_deliveries';
