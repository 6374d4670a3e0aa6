/** Claims skip owners who may not begin a job, instead of each of their jobs: a suspended account can have hundreds of thousands. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndex } from '#storage';
import { claim } from './job-batches.migration.ts';
import { mayRun } from './suspended-owners.migration.ts';

const due = `kind = wanted AND state = 'queued' AND run_at <= now()`;

/**
 * As {@link claim}, for owners one after the other. The first due job of the next owner is locked; where that owner is at the limit, or suspended and has
 * no job that only removes something, the search goes on behind the owner.
 */
const claimByOwner = `
  CREATE OR REPLACE FUNCTION jobs.claim(wanted text, lease_ms int, last_owner uuid, how_many int, max_per_owner int) RETURNS SETOF jobs.job LANGUAGE plpgsql AS $$
  DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    claimed jobs.job;
    at_limit uuid[] := '{}';
    next_id uuid;
    next_owner uuid;
    behind uuid;
    wrapped boolean;
  BEGIN
    IF max_per_owner IS NOT NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('jobs claim'), hashtext(wanted)); -- two at once would each see room for one more
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR i IN 1..how_many LOOP
      IF max_per_owner IS NOT NULL THEN
        at_limit := ARRAY(SELECT owner_id FROM jobs.job WHERE kind = wanted AND state = 'running' GROUP BY owner_id HAVING count(*) >= max_per_owner);
      END IF;
      behind := last_owner;
      wrapped := false;
      LOOP
        SELECT id, owner_id INTO next_id, next_owner FROM jobs.job WHERE ${due} AND owner_id > behind
          ORDER BY owner_id, rank, id LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF next_id IS NULL OR (wrapped AND next_owner > last_owner) THEN
          IF wrapped THEN
            RETURN;
          END IF;
          wrapped := true;
          behind := nobody;
          CONTINUE;
        END IF;
        IF next_owner <> ALL (at_limit) THEN
          EXIT WHEN EXISTS (SELECT 1 FROM jobs.job WHERE id = next_id AND ${mayRun('job')});
          SELECT id INTO next_id FROM jobs.job WHERE ${due} AND owner_id = next_owner AND runs_while_suspended
            ORDER BY rank, id LIMIT 1 FOR UPDATE SKIP LOCKED;
          EXIT WHEN next_id IS NOT NULL;
        END IF;
        behind := next_owner;
      END LOOP;
      UPDATE jobs.job SET state = 'running', phase = NULL, percent = 0, attempts = attempts + 1,
        fence = greatest(fence + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint),
        started_at = coalesce(started_at, now()), attempt_at = now(), ends_at = NULL, lease_until = now() + lease_ms * interval '1 millisecond'
      WHERE id = next_id RETURNING * INTO claimed;
      last_owner := claimed.owner_id;
      RETURN NEXT claimed;
    END LOOP;
  END $$;
`;

export class ClaimByOwner implements MigrationInterface {
  readonly name = 'ClaimByOwner1798710000000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await buildIndex(
      runner,
      'jobs.job_removing',
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS job_removing ON jobs.job (kind, owner_id, rank, id) WHERE state = 'queued' AND runs_while_suspended`,
    );
    await runner.query(claimByOwner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(claim(mayRun('job')));
    await runner.query('DROP INDEX CONCURRENTLY jobs.job_removing');
  }
}
