/** Jobs that wait for another one: whatever ends or interrupts a running job wakes them in its own transaction. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const column = `
  ALTER TABLE jobs.job ADD COLUMN waits_for uuid; -- a running job; only while this one is queued
  CREATE INDEX job_waits_for ON jobs.job (waits_for) WHERE waits_for IS NOT NULL;
`;

/** `waits_for` is cleared here and not by a CHECK: copies of an older version claim jobs without knowing of it. */
const numberChange = (clear: string) => `
  CREATE OR REPLACE FUNCTION jobs.number_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.sequence := OLD.sequence + 1;
    ${clear}
    RETURN NEW;
  END $$;
`;

/** The message of a waiting job is in the outbox already, due at the end of its longest wait. */
const wake = `
  CREATE FUNCTION jobs.wake_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    WITH woken AS (UPDATE jobs.job SET waits_for = NULL, run_at = now() WHERE waits_for = NEW.id AND state = 'queued' RETURNING id)
    UPDATE jobs.outbox o SET due_at = now() FROM woken WHERE o.job_id = woken.id AND o.channel = 'carry' AND o.due_at > now();
    IF FOUND THEN PERFORM pg_notify('jobs_outbox', ''); END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER wake_waiting AFTER UPDATE OF state ON jobs.job FOR EACH ROW
    WHEN (OLD.state = 'running' AND NEW.state <> 'running') EXECUTE FUNCTION jobs.wake_waiting();
`;

const snapshot = (runAt: string) => `
  CREATE OR REPLACE FUNCTION jobs.snapshot(j jobs.job) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
      'id', j.id, 'kind', j.kind, 'state', j.state, 'phase', j.phase, 'percent', j.percent,
      'etaSeconds', CASE WHEN j.state = 'running' AND j.ends_at IS NOT NULL THEN greatest(0, ceil(extract(epoch FROM j.ends_at - now()))) END,
      'priority', j.priority, 'attempts', j.attempts, 'maxAttempts', j.max_attempts, 'subject', j.subject,
      'result', j.result, 'reason', j.reason, 'toolLines', j.tool_lines,
      'runAt', CASE WHEN ${runAt} THEN jobs.iso(j.run_at) END,
      'createdAt', jobs.iso(j.created_at), 'startedAt', jobs.iso(j.started_at), 'endedAt', jobs.iso(j.ended_at))
  $$;
`;
const whileQueued = `j.state = 'queued'`;

export class DeferredJobs implements MigrationInterface {
  readonly name = 'DeferredJobs1795824000000';

  async up(runner: QueryRunner): Promise<void> {
    const clear = `IF NEW.state <> 'queued' THEN NEW.waits_for := NULL; END IF;`;
    for (const part of [column, numberChange(clear), wake, snapshot(`${whileQueued} AND j.waits_for IS NULL`)]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER wake_waiting ON jobs.job; DROP FUNCTION jobs.wake_waiting');
    for (const part of [snapshot(whileQueued), numberChange('')]) await runner.query(part);
    await runner.query('ALTER TABLE jobs.job DROP COLUMN waits_for');
  }
}
