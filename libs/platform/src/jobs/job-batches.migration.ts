/** Fewer round trips and less waiting for each other: several jobs are claimed in one call, and new jobs notify nobody inside their transaction. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const firstWaiting = (whose: string) =>
  `SELECT id FROM jobs.job WHERE kind = wanted AND state = 'queued' AND run_at <= now() AND ${whose} AND owner_id <> ALL (at_limit)
   ORDER BY owner_id, rank, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/**
 * Claims up to `how_many` jobs, each of the owner whose turn it is: the next one, by id, behind the owner of the job before. Does not wait for the
 * disk: a claim that a crash forgets is kept out by its fence, and the job waits again. Owners of whom `max_per_owner` jobs of the kind run are
 * passed over; NULL: no limit.
 *
 * @param whose condition on a waiting job
 */
export const claim = (whose = 'true') => `
  CREATE OR REPLACE FUNCTION jobs.claim(wanted text, lease_ms int, last_owner uuid, how_many int, max_per_owner int) RETURNS SETOF jobs.job LANGUAGE plpgsql AS $$
  DECLARE
    claimed jobs.job;
    at_limit uuid[] := '{}';
  BEGIN
    IF max_per_owner IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('jobs claim'), hashtext(wanted)); -- two at once would each see room for one more
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR i IN 1..how_many LOOP
      IF max_per_owner IS NOT NULL THEN
        at_limit := ARRAY(SELECT owner_id FROM jobs.job WHERE kind = wanted AND state = 'running' GROUP BY owner_id HAVING count(*) >= max_per_owner);
      END IF;
      UPDATE jobs.job SET state = 'running', phase = NULL, percent = 0, attempts = attempts + 1,
        fence = greatest(fence + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
        started_at = coalesce(started_at, now()), attempt_at = now(), ends_at = NULL, lease_until = now() + lease_ms * interval '1 millisecond'
      WHERE state = 'queued' AND id = coalesce((${firstWaiting(`owner_id > last_owner AND ${whose}`)}), (${firstWaiting(`owner_id <= last_owner AND ${whose}`)}))
      RETURNING * INTO claimed;
      EXIT WHEN NOT FOUND;
      last_owner := claimed.owner_id;
      RETURN NEXT claimed;
    END LOOP;
  END $$;
`;

/**
 * Inserts do not notify: a transaction that notifies commits alone in its database, so that enqueuing waits for one disk write after the other.
 * The process that enqueued wakes its own relay; the others poll.
 */
const tell = (notifies: string) => `
  CREATE OR REPLACE FUNCTION jobs.tell() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    body jsonb := jobs.snapshot(NEW);
    queued boolean := NEW.state = 'queued' AND (TG_OP = 'INSERT' OR OLD.state <> 'queued');
    cancelled boolean := NEW.state = 'cancelled' AND OLD.state = 'running';
  BEGIN
    INSERT INTO jobs.job_event (job_id, sequence, body) VALUES (NEW.id, NEW.sequence, body);
    IF NEW.sequence % 64 = 0 THEN
      DELETE FROM jobs.job_event WHERE job_id = NEW.id AND sequence <= NEW.sequence - 256;
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
    IF ${notifies} THEN PERFORM pg_notify('jobs_outbox', ''); END IF;
    RETURN NULL;
  END $$;
`;

export class JobBatches implements MigrationInterface {
  readonly name = 'JobBatches1795824100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [claim(), tell(`TG_OP = 'UPDATE' AND (queued OR cancelled)`)]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const part of [tell('queued OR cancelled'), 'DROP FUNCTION jobs.claim']) await runner.query(part);
  }
}
