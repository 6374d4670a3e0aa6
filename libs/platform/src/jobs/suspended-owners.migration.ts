/** Jobs of accounts that are disabled or about to be deleted wait in the queue until the account may act again. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { claim } from './job-batches.migration.ts';

/**
 * SQL that is true of a job that may begin: its owner is not suspended, or its kind only removes something, or the account is being erased (its jobs were
 * cancelled then; those that came later erase).
 *
 * @param job name of the table `jobs.job` in the query. Needs the schema `erasure` when it runs, not when a function with it is created
 */
export const mayRun = (job: string): string => `(${job}.runs_while_suspended OR NOT EXISTS (
  SELECT 1 FROM erasure.suspension s WHERE s.owner_id = ${job}.owner_id
    AND NOT EXISTS (SELECT 1 FROM erasure.request r WHERE r.owner_id = s.owner_id)))`;

export class JobsOfSuspendedOwners implements MigrationInterface {
  readonly name = 'JobsOfSuspendedOwners1797500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE jobs.job ADD COLUMN runs_while_suspended boolean NOT NULL DEFAULT false');
    await runner.query(
      `UPDATE jobs.job SET runs_while_suspended = true
       WHERE state IN ('queued', 'running') AND kind IN ('posts.collection.erase', 'posts.account-export.expire')`,
    );
    await runner.query(claim(mayRun('job')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(claim());
    await runner.query('ALTER TABLE jobs.job DROP COLUMN runs_while_suspended');
  }
}
