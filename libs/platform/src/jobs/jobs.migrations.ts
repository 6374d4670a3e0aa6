/**
 * The schema `jobs`, shared by all services. One row is the record of a job; triggers number its changes, keep them for replay and put what
 * must be said about them into the outbox, so that no statement can change a job and forget to announce it.
 */

import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { SchemaMigrations } from '#storage';
import { Announcements } from '../announcements/announcements.migration.ts';
import { ClaimByOwner } from './claim-by-owner.migration.ts';
import { DeferredJobs } from './deferred-jobs.migration.ts';
import { EventPartitions } from './event-partitions.migration.ts';
import { JobBatches } from './job-batches.migration.ts';
import { IndexJobKinds } from './job-kind-index.migration.ts';
import { JobKindNames } from './job-kind-names.migration.ts';
import { JobReservations } from './reservations.migration.ts';
import { JobsOfSuspendedOwners } from './suspended-owners.migration.ts';
import { WorkResources } from './work-resources.migration.ts';

const tables = `
  CREATE TABLE jobs.job (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    phase text,
    percent real NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    attempts int NOT NULL DEFAULT 0,
    max_attempts int NOT NULL CHECK (max_attempts >= 1),
    fence int NOT NULL DEFAULT 0,           -- grows with every claim; a worker writes only while its own number stands here
    subject jsonb NOT NULL,
    input jsonb NOT NULL,
    context jsonb NOT NULL,
    result jsonb,
    reason jsonb,
    tool_lines jsonb NOT NULL DEFAULT '[]',
    dead boolean NOT NULL DEFAULT false,    -- failed although it was worth retrying
    dedupe_key text,
    run_at timestamptz NOT NULL DEFAULT now(),
    lease_until timestamptz,
    sequence int NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    ended_at timestamptz,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
  ) WITH (fillfactor = 70);
  CREATE INDEX job_owner ON jobs.job (owner_id, created_at DESC, id DESC);
  CREATE INDEX job_queued ON jobs.job (created_at, id) WHERE state = 'queued';
  CREATE INDEX job_running ON jobs.job (lease_until) WHERE state = 'running';
  CREATE UNIQUE INDEX job_dedupe ON jobs.job (owner_id, kind, dedupe_key) WHERE dedupe_key IS NOT NULL AND state IN ('queued', 'running');

  CREATE TABLE jobs.job_event (
    job_id uuid NOT NULL REFERENCES jobs.job ON DELETE CASCADE,
    sequence int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    body jsonb NOT NULL,                    -- the job as clients saw it then
    PRIMARY KEY (job_id, sequence)
  );
  CREATE INDEX job_event_at ON jobs.job_event (at);

  CREATE TABLE jobs.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL CHECK (channel IN ('carry', 'changed', 'cancelled', 'dead')),
    job_id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  ) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
  CREATE INDEX outbox_due ON jobs.outbox (due_at, id);
  CREATE INDEX outbox_carry ON jobs.outbox (job_id) WHERE channel = 'carry';
`;

/** The one place that says what a client sees of a row: the contract `job`. */
const snapshot = `
  CREATE FUNCTION jobs.iso(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
  CREATE FUNCTION jobs.snapshot(j jobs.job) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
      'id', j.id, 'kind', j.kind, 'state', j.state, 'phase', j.phase, 'percent', j.percent,
      'attempts', j.attempts, 'maxAttempts', j.max_attempts, 'subject', j.subject,
      'result', j.result, 'reason', j.reason, 'toolLines', j.tool_lines,
      'createdAt', jobs.iso(j.created_at), 'startedAt', jobs.iso(j.started_at), 'endedAt', jobs.iso(j.ended_at))
  $$;
`;

const keptEvents = 256;

const triggers = `
  CREATE FUNCTION jobs.number_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.sequence := OLD.sequence + 1;
    RETURN NEW;
  END $$;
  CREATE TRIGGER number_change BEFORE UPDATE ON jobs.job FOR EACH ROW
    WHEN ((OLD.state, OLD.phase, OLD.percent, OLD.attempts) IS DISTINCT FROM (NEW.state, NEW.phase, NEW.percent, NEW.attempts))
    EXECUTE FUNCTION jobs.number_change();

  CREATE FUNCTION jobs.tell() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    body jsonb := jobs.snapshot(NEW);
    queued boolean := NEW.state = 'queued' AND (TG_OP = 'INSERT' OR OLD.state <> 'queued');
    cancelled boolean := NEW.state = 'cancelled' AND OLD.state = 'running';
  BEGIN
    INSERT INTO jobs.job_event (job_id, sequence, body) VALUES (NEW.id, NEW.sequence, body);
    IF NEW.sequence % 64 = 0 THEN
      DELETE FROM jobs.job_event WHERE job_id = NEW.id AND sequence <= NEW.sequence - ${keptEvents};
    END IF;
    INSERT INTO jobs.outbox (channel, job_id, kind, due_at, payload) VALUES ('changed', NEW.id, NEW.kind, now(),
      jsonb_build_object('jobId', NEW.id, 'ownerId', NEW.owner_id, 'sequence', NEW.sequence, 'job', body));
    IF queued THEN
      INSERT INTO jobs.outbox (channel, job_id, kind, due_at, payload) VALUES ('carry', NEW.id, NEW.kind, NEW.run_at, jsonb_build_object('jobId', NEW.id));
    END IF;
    IF cancelled THEN
      INSERT INTO jobs.outbox (channel, job_id, kind, due_at, payload) VALUES ('cancelled', NEW.id, NEW.kind, now(), jsonb_build_object('jobId', NEW.id));
    END IF;
    IF NEW.dead AND TG_OP = 'UPDATE' AND NOT OLD.dead THEN
      INSERT INTO jobs.outbox (channel, job_id, kind, due_at, payload) VALUES ('dead', NEW.id, NEW.kind, now(),
        jsonb_build_object('jobId', NEW.id, 'ownerId', NEW.owner_id, 'kind', NEW.kind, 'attempts', NEW.attempts,
          'reason', NEW.reason, 'toolLines', NEW.tool_lines, 'failedAt', jobs.iso(NEW.ended_at)));
    END IF;
    IF queued OR cancelled THEN PERFORM pg_notify('jobs_outbox', ''); END IF; -- the worker's own changes wake its relay without a notification
    RETURN NULL;
  END $$;
  CREATE TRIGGER tell_insert AFTER INSERT ON jobs.job FOR EACH ROW EXECUTE FUNCTION jobs.tell();
  CREATE TRIGGER tell_update AFTER UPDATE ON jobs.job FOR EACH ROW WHEN (OLD.sequence <> NEW.sequence) EXECUTE FUNCTION jobs.tell();
`;

class CreateJobs implements MigrationInterface {
  readonly name = 'CreateJobs1763683200000';
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [tables, snapshot, triggers]) await runner.query(part);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE jobs.outbox, jobs.job_event, jobs.job CASCADE');
    await runner.query('DROP FUNCTION jobs.tell, jobs.number_change, jobs.iso');
  }
}

const fairColumns = `
  ALTER TABLE jobs.job
    ADD COLUMN priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN -9 AND 9),
    ADD COLUMN rank timestamptz,            -- among the waiting jobs of its owner: the earliest first
    ADD COLUMN attempt_at timestamptz,      -- when the latest attempt began
    ADD COLUMN ends_at timestamptz,         -- when we expect it to end
    SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
  UPDATE jobs.job SET rank = run_at;
  ALTER TABLE jobs.job ALTER COLUMN rank SET NOT NULL;
  DROP INDEX jobs.job_queued;
  CREATE INDEX job_waiting ON jobs.job (kind, owner_id, rank, id) WHERE state = 'queued';
  CREATE INDEX job_ended ON jobs.job (ended_at) WHERE ended_at IS NOT NULL;
`;

/** A step of priority is worth ten minutes of waiting, so that what is less urgent comes later and never not at all. */
const rank = `
  CREATE FUNCTION jobs.rank() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.rank := NEW.run_at - NEW.priority * interval '10 minutes';
    RETURN NEW;
  END $$;
  CREATE TRIGGER rank_insert BEFORE INSERT ON jobs.job FOR EACH ROW EXECUTE FUNCTION jobs.rank();
  CREATE TRIGGER rank_update BEFORE UPDATE OF run_at, priority ON jobs.job FOR EACH ROW EXECUTE FUNCTION jobs.rank();
`;

const fullerSnapshot = `
  CREATE OR REPLACE FUNCTION jobs.snapshot(j jobs.job) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
      'id', j.id, 'kind', j.kind, 'state', j.state, 'phase', j.phase, 'percent', j.percent,
      'etaSeconds', CASE WHEN j.state = 'running' AND j.ends_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM j.ends_at - now()))) END,
      'priority', j.priority, 'attempts', j.attempts, 'maxAttempts', j.max_attempts, 'subject', j.subject,
      'result', j.result, 'reason', j.reason, 'toolLines', j.tool_lines,
      'runAt', CASE WHEN j.state = 'queued' THEN jobs.iso(j.run_at) END,
      'createdAt', jobs.iso(j.created_at), 'startedAt', jobs.iso(j.started_at), 'endedAt', jobs.iso(j.ended_at))
  $$;
`;

class FairJobs implements MigrationInterface {
  readonly name = 'FairJobs1795219400000';
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [fairColumns, rank, fullerSnapshot]) await runner.query(part);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER rank_insert ON jobs.job; DROP TRIGGER rank_update ON jobs.job; DROP FUNCTION jobs.rank');
    await runner.query(snapshot.replace(/CREATE FUNCTION jobs.iso[^;]*;/, '').replace('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION'));
    await runner.query('DROP INDEX jobs.job_waiting, jobs.job_ended');
    await runner.query(`CREATE INDEX job_queued ON jobs.job (created_at, id) WHERE state = 'queued'`);
    await runner.query('ALTER TABLE jobs.job DROP COLUMN priority, DROP COLUMN rank, DROP COLUMN attempt_at, DROP COLUMN ends_at');
  }
}

/** A fence that comes from the clock does not come again after a crash that forgot a claim. */
class FenceByClock implements MigrationInterface {
  readonly name = 'FenceByClock1795219500000';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs.job ALTER COLUMN fence TYPE bigint');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE jobs.job SET fence = 0');
    await runner.query('ALTER TABLE jobs.job ALTER COLUMN fence TYPE int');
  }
}

/** Name it among the migrations of every service that enqueues or works. */
export const jobsMigrations: SchemaMigrations = {
  schema: 'jobs',
  steps: [
    CreateJobs,
    FairJobs,
    FenceByClock,
    DeferredJobs,
    JobBatches,
    Announcements,
    JobKindNames,
    WorkResources,
    EventPartitions,
    JobsOfSuspendedOwners,
    JobReservations,
    IndexJobKinds,
    ClaimByOwner,
  ],
};
/** Rows that are due were added to the outbox. */
export const outboxChannel = 'jobs_outbox';
